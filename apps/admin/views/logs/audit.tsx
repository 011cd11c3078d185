import { useEffect, useState } from "preact/hooks";
import type { AuditEntry } from "../../model/answers.ts";
import { utc } from "../../model/format.ts";
import { type FailureFacts, factsOf } from "../../server/failure.ts";
import { useApp, useStrings } from "../context.ts";
import { FailureNote } from "../kit/loaded.tsx";
import { Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Skeleton, Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";

/** Entries asked for at a time. */
const ENTRIES = 100;

export function AuditPage() {
  const { audit } = useStrings().logs;
  const { server } = useApp();
  const { busy, run } = useAction();
  const [entries, setEntries] = useState<readonly AuditEntry[]>();
  const [isComplete, setComplete] = useState(false);
  const [why, setWhy] = useState<FailureFacts>();
  const load = async (known: readonly AuditEntry[]) => {
    const last = known.at(-1);
    const query = `limit=${ENTRIES}${last ? `&before=${last.id}` : ""}`;
    const answer = await server.get<{ entries: readonly AuditEntry[] }>(`/api/audit?${query}`);
    setEntries([...known, ...answer.entries]);
    setComplete(answer.entries.length < ENTRIES);
  };
  useEffect(() => {
    load([]).catch((error) => setWhy(factsOf(error)));
    // Once
  }, [server]);
  return (
    <Page title={audit.title} sub={audit.sub}>
      <div class="card section flush">
        {why && <FailureNote why={why} />}
        {!why && !entries && <Skeleton rows={12} />}
        {entries?.length === 0 && <Empty>{audit.none}</Empty>}
        {entries && entries.length > 0 && <Entries entries={entries} />}
        {entries && entries.length > 0 && !isComplete && (
          <div class="log-end">
            <button
              type="button"
              class="button quiet small"
              disabled={busy}
              onClick={() => void run(() => load(entries))}
            >
              {audit.older}
            </button>
          </div>
        )}
      </div>
    </Page>
  );
}

function Entries({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const { audit } = useStrings().logs;
  return (
    <Table
      caption={audit.title}
      cards
      columns={[{ head: audit.at }, { head: audit.who }, { head: audit.what }, { head: audit.from, kind: "wide" }]}
    >
      {entries.map((entry) => {
        const { date, time } = utc(entry.at);
        return (
          <tr key={entry.id}>
            <td class="digits">
              {date} {time.slice(0, 8)}
            </td>
            <th scope="row">{entry.who}</th>
            <td class="words">
              <What entry={entry} />
            </td>
            <td class="wide digits">
              {entry.from}
              {entry.via && <span class="note"> {entry.via}</span>}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

function What({ entry: { what, method, path, status, why } }: { readonly entry: AuditEntry }) {
  const { audit } = useStrings().logs;
  if (what === "changed")
    return (
      <>
        <code>
          {method} {path}
        </code>
        {status !== undefined && status >= 400 && <Mark state="bad">{audit.refused(status)}</Mark>}
      </>
    );
  const words = audit.events[what];
  return <Mark state={what === "sign-in refused" ? "bad" : "off"}>{why ? `${words}: ${why}` : words}</Mark>;
}
