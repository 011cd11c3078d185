import { useState } from "preact/hooks";
import type { BlockedSource, ProtectionAnswer } from "../../model/answers.ts";
import { duration, moment } from "../../model/format.ts";
import { useApp, useMayChange, useMayConfigure, useStrings } from "../context.ts";
import { Empty, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";
import { BlockDialog } from "./block-dialog.tsx";

interface Props {
  readonly answer: ProtectionAnswer;
  readonly now: number;
  readonly refresh: () => void;
}

export function BlockedSources({ answer, now, refresh }: Props) {
  const { protection } = useStrings();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const open = mayChange && (
    <button type="button" class="button quiet small" onClick={() => setOpen(true)}>
      {protection.blockOpen}
    </button>
  );
  return (
    <Section title={protection.blocked} actions={open} flush>
      {isOpen && <BlockDialog onClose={() => setOpen(false)} onDone={refresh} />}
      {answer.blocked.length === 0 ? (
        <Empty>{protection.none}</Empty>
      ) : (
        <Table
          caption={protection.blocked}
          cards
          columns={[
            { head: protection.source },
            { head: protection.why },
            { head: protection.since },
            { head: protection.left },
            { head: protection.times, kind: "number" },
            { head: protection.actions, kind: "actions" },
          ]}
        >
          {answer.blocked.map((one) => (
            <tr key={one.source}>
              <th scope="row" class="digits">
                {one.source}
              </th>
              <td class="words fill">{one.why}</td>
              <td class="digits">{moment(one.since)}</td>
              <td class="digits">{duration(one.until - now)}</td>
              <td class="number">{one.count}</td>
              <td class="actions">
                <Unblock one={one} exempt={answer.exempt} refresh={refresh} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

interface UnblockProps {
  readonly one: BlockedSource;
  readonly exempt: readonly string[];
  readonly refresh: () => void;
}

function Unblock({ one: { source }, exempt, refresh }: UnblockProps) {
  const { protection } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const mayConfigure = useMayConfigure();
  if (!mayChange) return null;
  const unblock = () => server.change("POST", "/api/protection/unblock", { source });
  const exemptToo = async () => {
    const value = [...new Set([...exempt, source])];
    await server.change("PUT", "/api/config", { changes: [{ path: ["protection", "exempt"], value }] });
    await unblock().catch(() => {});
  };
  return (
    <span class="button-row end">
      <button
        type="button"
        class="button quiet small"
        disabled={busy}
        aria-label={protection.unblockHeard(source)}
        onClick={() => void run(unblock, protection.unblocked(source)).then(refresh)}
      >
        {protection.unblock}
      </button>
      {mayConfigure && (
        <button
          type="button"
          class="button quiet small"
          disabled={busy}
          aria-label={`${protection.exemptToo}: ${source}`}
          onClick={() => void run(exemptToo, protection.exempted(source)).then(refresh)}
        >
          {protection.exemptToo}
        </button>
      )}
    </span>
  );
}
