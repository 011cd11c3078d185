import { useState } from "preact/hooks";
import type { CoreOverview, EdgesAnswer } from "../../model/answers.ts";
import { type EdgeEntry, edgesOf, edgeValue, stateOf } from "../../model/edges.ts";
import { milliseconds } from "../../model/format.ts";
import { edgeState } from "../../model/pair.ts";
import { useLive, useMayConfigure, useStrings } from "../context.ts";
import { ConfigForm } from "../kit/config-form.tsx";
import { confirm } from "../kit/confirm.tsx";
import { IconAction } from "../kit/controls.tsx";
import { EditIcon, RemoveIcon } from "../kit/icons.tsx";
import { FailureNote } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { type LoadedConfig, useConfig } from "../kit/use-config.ts";
import { EdgeDialog } from "./edge-dialog.tsx";

/** Milliseconds. */
const EVERY = 3000;

export function EdgesPage() {
  const { core } = useStrings();
  const words = core.edges;
  const live = useLive<CoreOverview>("/api/overview", EVERY);
  const keys = useLive<EdgesAnswer>("/api/edges", EVERY);
  const file = useConfig();
  /** Index of the row that is open; one past the last for a new one. */
  const [open, setOpen] = useState<number>();
  const edges = file.config ? edgesOf(file.config) : [];
  const add = useMayConfigure() && file.config && (
    <button type="button" class="button primary" onClick={() => setOpen(edges.length)}>
      {words.add}
    </button>
  );
  return (
    <Page title={words.title} sub={words.sub} actions={add}>
      <div class="stack">
        <div class="card section flush">
          {file.why && <FailureNote why={file.why} onRetry={() => void file.reload()} />}
          {!file.why && !file.config && <Skeleton rows={3} />}
          {file.config && edges.length === 0 && <Empty>{words.none}</Empty>}
          {edges.length > 0 && (
            <Rows
              edges={edges}
              states={live.state === "known" ? live.value.edges : []}
              keys={keys.state === "known" ? keys.value.edges : []}
              file={file}
              onEdit={setOpen}
            />
          )}
        </div>
        <ConfigForm
          groups={[{ title: words.settings, fields: [{ key: "connectionsPerEdge", kind: "number" }] }]}
          texts={{ connectionsPerEdge: { label: words.perEdge, hint: words.perEdgeHint } }}
          onSaved={() => void file.reload()}
        />
      </div>
      {open !== undefined && (
        <EdgeDialog
          edge={edges[open]}
          onClose={() => setOpen(undefined)}
          save={(edge) => file.change([{ path: ["edges", open], value: edgeValue(edge) }])}
        />
      )}
    </Page>
  );
}

interface RowsProps {
  readonly edges: readonly EdgeEntry[];
  readonly states: CoreOverview["edges"];
  readonly keys: EdgesAnswer["edges"];
  readonly file: LoadedConfig;
  readonly onEdit: (index: number) => void;
}

function Rows({ edges, states, keys, file, onEdit }: RowsProps) {
  const { core } = useStrings();
  const words = core.edges;
  const mayConfigure = useMayConfigure();
  const { run } = useAction();
  const remove = async (index: number, address: string) => {
    const action = words.remove(address);
    if (!(await confirm({ title: `${action}?`, text: words.removeText, action, isDangerous: true }))) return;
    await run(() => file.change([{ path: ["edges", index] }]), words.removed(address));
  };
  return (
    <Table
      caption={words.title}
      cards
      columns={[
        { head: words.address },
        { head: words.state },
        { head: words.hostKey, kind: "wide" },
        { head: words.fallback },
        { head: words.actions, kind: "actions" },
      ]}
    >
      {edges.map((edge, index) => (
        <tr key={edge.address}>
          <th scope="row">{edge.address}</th>
          <td class="words">
            <EdgeStatus state={stateOf(edge, states)} />
          </td>
          <td class="wide words">
            <code>{edge.hostKey}</code>
            <p class="note">
              {keys[index]?.hostKeys.map((key) => (
                <code key={key} class="short" title={key}>
                  {key}
                </code>
              ))}
            </p>
          </td>
          <td>{edge.fallback || words.fallbackDefault}</td>
          <td class="actions">
            {mayConfigure && (
              <span class="row-actions">
                <IconAction label={words.configure(edge.address)} icon={<EditIcon />} onClick={() => onEdit(index)} />
                <IconAction
                  label={words.remove(edge.address)}
                  icon={<RemoveIcon />}
                  isDangerous
                  onClick={() => void remove(index, edge.address)}
                />
              </span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function EdgeStatus({ state }: { readonly state: CoreOverview["edges"][number] | undefined }) {
  const { core } = useStrings();
  if (!state) return <Mark state="off">{core.edges.unknown}</Mark>;
  const { active, connections, rttMs, lastError } = state;
  return (
    <>
      <Mark state={edgeState(state)}>{core.edges.up(active, connections)}</Mark>
      {active < connections && lastError && <p>{lastError.message}</p>}
      {rttMs !== undefined && <p class="note">{core.overview.roundTrip(milliseconds(rttMs))}</p>}
    </>
  );
}
