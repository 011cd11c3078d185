import type { CoreTunnelRow, CoreTunnels } from "../../model/answers.ts";
import { bytes, duration, milliseconds } from "../../model/format.ts";
import { tunnelOrder } from "../../model/pair.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Badge, Mark } from "../kit/marks.tsx";
import { Empty, Page } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { Trouble } from "../kit/trouble.tsx";
import { useAction } from "../kit/use-action.ts";
import { secondsUntil, useServerClock } from "../kit/use-clock.ts";

/** Milliseconds. */
const EVERY = 2000;

export function CoreTunnelsPage() {
  const { core } = useStrings();
  const words = core.tunnels;
  const live = useLive<CoreTunnels>("/api/tunnels", EVERY);
  const now = useServerClock(live);
  return (
    <Page title={words.title} sub={words.sub} actions={<TryNow refresh={live.refresh} />}>
      <Loaded live={live}>
        {({ tunnels, identity }) => (
          <div class="stack">
            <div class="card section flush">
              {tunnels.length === 0 ? <Empty>{words.none}</Empty> : <Rows tunnels={tunnels} now={now} />}
            </div>
            <p class="note with-copy">
              {words.identity} <code>{identity}</code>
              <CopyButton text={identity} label={words.copyIdentity} />
            </p>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function TryNow({ refresh }: { readonly refresh: () => Promise<void> }) {
  const { core } = useStrings();
  const { server } = useApp();
  const { busy, run } = useAction();
  if (!useMayChange()) return null;
  const retry = () => run(() => server.change("POST", "/api/tunnels/retry"), core.tunnels.tried).then(refresh);
  return (
    <button type="button" class="button quiet" disabled={busy} onClick={() => void retry()}>
      {core.tunnels.tryNow}
    </button>
  );
}

function Rows({ tunnels, now }: { readonly tunnels: readonly CoreTunnelRow[]; readonly now: number }) {
  const { core } = useStrings();
  const words = core.tunnels;
  return (
    <Table
      caption={words.title}
      cards
      columns={[
        { head: words.target },
        { head: words.domain },
        { head: words.status },
        { head: words.peer },
        { head: words.via },
        { head: words.roundTrip, kind: "number" },
        { head: words.carried, kind: "number" },
      ]}
    >
      {[...tunnels].sort(tunnelOrder).map((row) => (
        <TunnelRows key={`${row.target} ${row.address} ${row.domain} ${row.connection}`} row={row} now={now} />
      ))}
    </Table>
  );
}

/** A row, and beneath it why it is not as it should be. */
function TunnelRows({ row, now }: { readonly row: CoreTunnelRow; readonly now: number }) {
  const words = useStrings().core.tunnels;
  const { status, lastError, nextTryAt, whyNotDirect } = row;
  const trouble = status === "active" ? undefined : lastError;
  const next = nextTryAt === undefined ? undefined : words.nextTry(secondsUntil(nextTryAt, now));
  return (
    <>
      <tr>
        <th scope="row">
          {row.target}
          <p class="note">{words.connection(row.connection)}</p>
        </th>
        <td>{row.domain}</td>
        <td>
          <TunnelState row={row} next={trouble ? undefined : next} now={now} />
        </td>
        <td class="digits" title={row.hostKey}>
          {row.peer || row.address}
        </td>
        <td>{row.via === "443" ? <Badge kind="amber">443</Badge> : (row.via ?? "–")}</td>
        <td class="number">{row.rttMs === undefined ? "–" : milliseconds(row.rttMs)}</td>
        <td class="number">{status === "active" ? `${bytes(row.bytesIn)} / ${bytes(row.bytesOut)}` : "–"}</td>
      </tr>
      {(trouble || whyNotDirect) && (
        <tr class="details-row">
          <td colSpan={7} class="trouble">
            {trouble && <Trouble trouble={trouble} more={next} />}
            {whyNotDirect && <Trouble trouble={whyNotDirect} state="waiting" more={words.notDirect} />}
          </td>
        </tr>
      )}
    </>
  );
}

const MARKS = { connecting: "waiting", active: "good", failed: "bad" } as const;

interface StateProps {
  readonly row: CoreTunnelRow;
  /** When it is tried again, if that is not told elsewhere. */
  readonly next: string | undefined;
  readonly now: number;
}

function TunnelState({ row: { status, since, channels, draining }, next, now }: StateProps) {
  const words = useStrings().core.tunnels;
  return (
    <>
      <Mark state={MARKS[status]}>{words.states[status]}</Mark>
      {draining && (
        <span title={words.drainingHelp}>
          {" "}
          <Badge kind="amber">{words.draining}</Badge>
        </span>
      )}
      <p class="note under-mark">
        {status === "active" ? `${words.for(duration(now - since))} · ${words.channels(channels)}` : next}
      </p>
    </>
  );
}
