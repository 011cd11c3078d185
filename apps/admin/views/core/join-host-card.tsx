import type { JoinHostView, TargetView } from "../../model/answers.ts";
import { duration, milliseconds } from "../../model/format.ts";
import { useApp, useMayChange, useStrings } from "../context.ts";
import { confirm } from "../kit/confirm.tsx";
import { Badge, Mark } from "../kit/marks.tsx";
import { Empty, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { Trouble } from "../kit/trouble.tsx";
import { useAction } from "../kit/use-action.ts";

interface Props {
  readonly joinHost: JoinHostView;
  readonly revision: string;
  readonly now: number;
  readonly onEdit: () => void;
  readonly refresh: () => void;
}

/** A guest account client URI, and the targets that it leads to. */
export function JoinHostCard({ joinHost, revision, now, onEdit, refresh }: Props) {
  const { core, shell } = useStrings();
  const words = core.meetingServer;
  const { host, enabled, whip, automaticRules, source, target, trust, trustFile, lookedUpAt, lookupError, targets } =
    joinHost;
  return (
    <Section
      title={host}
      flush
      actions={<Actions joinHost={joinHost} revision={revision} onEdit={onEdit} refresh={refresh} />}
    >
      <p class="section-sub note">
        {!enabled && <Badge kind="amber">{words.hostOff}</Badge>}
        {whip && <Badge>WHIP</Badge>}
        {!automaticRules && <Badge>{words.noAutomaticRules}</Badge>}
        <span>
          {words.sourceLabel} <strong>{target ?? words.sources[source]}</strong>
        </span>
        <span title={trustFile}>
          {words.trustLabel} <strong>{words.trustWords[trust]}</strong>
        </span>
        {lookedUpAt !== undefined && (
          <span>
            {words.lookedUp} <strong>{shell.ago(duration(now - lookedUpAt))}</strong>
          </span>
        )}
      </p>
      {lookupError && (
        <div class="section-sub trouble">
          <Trouble trouble={lookupError} />
        </div>
      )}
      {targets.length > 0 ? (
        <Targets targets={targets} host={host} now={now} />
      ) : (
        !lookupError && <Empty>{words.noTargets}</Empty>
      )}
    </Section>
  );
}

function Actions({ joinHost, revision, onEdit, refresh }: Omit<Props, "now">) {
  const { core } = useStrings();
  const words = core.meetingServer;
  const { server } = useApp();
  const { busy, run } = useAction();
  const { host } = joinHost;
  const path = `/api/join-hosts/${encodeURIComponent(host)}`;
  const check = () => run(() => server.change("POST", `${path}/check`), words.checked(host)).then(refresh);
  const remove = async () => {
    const question = { title: words.removeTitle(host), text: words.removeText, action: words.remove };
    if (!(await confirm({ ...question, isDangerous: true }))) return;
    const change = () => server.change("DELETE", `${path}?revision=${encodeURIComponent(revision)}`);
    if (await run(change, words.removed(host))) refresh();
  };
  if (!useMayChange()) return null;
  return (
    <>
      <button type="button" class="button quiet small" disabled={busy} onClick={() => void check()}>
        {busy ? words.checking : words.check}
      </button>
      <button type="button" class="button quiet small" aria-label={words.editTitle(host)} onClick={onEdit}>
        {words.configure}
      </button>
      <button
        type="button"
        class="button quiet small danger-text"
        aria-label={`${words.remove} ${host}`}
        onClick={() => void remove()}
      >
        {words.remove}
      </button>
    </>
  );
}

interface TargetsProps {
  readonly targets: readonly TargetView[];
  readonly host: string;
  readonly now: number;
}

function Targets({ targets, host, now }: TargetsProps) {
  const { core, language } = useStrings();
  const words = core.meetingServer;
  return (
    <Table
      caption={`${words.resolved}: ${host}`}
      cards
      columns={[
        { head: words.name },
        { head: words.address },
        { head: words.status },
        { head: words.priority, kind: "number" },
        { head: words.weight, kind: "number" },
        { head: words.roundTrip, kind: "number" },
        { head: words.requests, kind: "number" },
        { head: words.next },
      ]}
    >
      {targets.map((one) => (
        <tr key={`${one.name} ${one.address}`}>
          <th scope="row">{one.name}</th>
          <td class="digits">{one.address}</td>
          <td class="words fill">
            <TargetState target={one} now={now} />
          </td>
          <td class="number">{one.priority}</td>
          <td class="number">{one.weight}</td>
          <td class="number">{one.rttMs === undefined ? "–" : milliseconds(one.rttMs)}</td>
          <td class="number">{one.requests.toLocaleString(language)}</td>
          <td class="digits">{nextCheck(one.nextProbeAt)}</td>
        </tr>
      ))}
    </Table>
  );

  function nextCheck(at: number | undefined): string {
    if (at === undefined) return "–";
    return at <= now ? words.now : words.inSeconds(duration(at - now));
  }
}

const MARKS = { unknown: "waiting", active: "good", failed: "bad" } as const;

function TargetState({ target, now }: { readonly target: TargetView; readonly now: number }) {
  const { core } = useStrings();
  const { status, since, lastError } = target;
  return (
    <>
      <Mark state={MARKS[status]}>{core.meetingServer.states[status]}</Mark>
      {status !== "active" && lastError && <p>{lastError}</p>}
      {since !== undefined && <p class="note">{core.tunnels.for(duration(now - since))}</p>}
    </>
  );
}
