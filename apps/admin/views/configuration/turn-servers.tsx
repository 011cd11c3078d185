import type { TurnHostStatus, TurnServerList, TurnServerStatus } from "../../model/answers.ts";
import { duration, hostPort, milliseconds } from "../../model/format.ts";
import { apiHref } from "../../pages.ts";
import { useApp, useLive, useMayChange, useStrings } from "../context.ts";
import { Loaded } from "../kit/loaded.tsx";
import { Badge, Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useAction } from "../kit/use-action.ts";

/** Milliseconds. */
const EVERY = 3000;

export function TurnServersPage() {
  const { turnServers } = useStrings();
  const live = useLive<TurnServerList>("/api/turn-servers", EVERY);
  const create = useMayChange() && (
    <a class="button primary" href={apiHref("turnServers/new")}>
      {turnServers.create}
    </a>
  );
  return (
    <Page title={turnServers.title} sub={turnServers.sub} actions={create}>
      <Loaded live={live}>
        {({ turnServers: list, noMedia, now }) => (
          <div class="stack">
            {noMedia && (
              <p class="told bad">
                <strong>{turnServers.noMedia}.</strong> {noMedia.detail} <code>{noMedia.code}</code>
              </p>
            )}
            {list.map((server) => (
              <Server key={server.id} server={server} now={now} refresh={() => void live.refresh()} />
            ))}
            {list.length === 0 && (
              <div class="card">
                <Empty>{turnServers.none}</Empty>
              </div>
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}

interface ServerProps {
  readonly server: TurnServerStatus;
  readonly now: number;
  readonly refresh: () => void;
}

function Server({ server, now, refresh }: ServerProps) {
  const { turnServers } = useStrings();
  const app = useApp();
  const { busy, run } = useAction();
  const mayChange = useMayChange();
  const { id, serverAddress, clientAddress, type, preferred, ours, hosts } = server;
  const test = () =>
    run(() => app.server.change("POST", `/api/turn-servers/${id}/probe`), turnServers.tested(serverAddress)).then(
      refresh,
    );
  const actions = (
    <>
      <a
        class="button quiet small"
        href={apiHref(`turnServers/${id}`)}
        aria-label={`${turnServers.edit} ${serverAddress}`}
      >
        {turnServers.edit}
      </a>
      {mayChange && ours && (
        <button type="button" class="button quiet small" disabled={busy} onClick={() => void test()}>
          {busy ? turnServers.testing : turnServers.test}
        </button>
      )}
    </>
  );
  return (
    <Section title={serverAddress} flush actions={actions}>
      <p class="section-sub note">
        {preferred && (
          <span title={turnServers.preferredHelp}>
            <Badge kind="accent">{turnServers.preferred}</Badge>
          </span>
        )}
        <span>
          {turnServers.clientAddress} <strong>{clientAddress || "–"}</strong>
        </span>
        <span>
          {turnServers.type} <strong>{type}</strong>
        </span>
      </p>
      {!ours && <Empty>{turnServers.notOurs}</Empty>}
      {ours && hosts.length === 0 && (
        <Empty>
          <Mark state="waiting">{turnServers.unresolved}</Mark>
        </Empty>
      )}
      {hosts.length > 0 && <Hosts hosts={hosts} name={serverAddress} now={now} />}
    </Section>
  );
}

interface HostsProps {
  readonly hosts: readonly TurnHostStatus[];
  readonly name: string;
  readonly now: number;
}

function Hosts({ hosts, name, now }: HostsProps) {
  const { turnServers, shell } = useStrings();
  return (
    <Table
      caption={name}
      cards
      columns={[
        { head: turnServers.address },
        { head: turnServers.state },
        { head: turnServers.roundTrip, kind: "number" },
        { head: turnServers.mapped, kind: "wide" },
        { head: turnServers.allocations, kind: "number wide" },
        { head: turnServers.checked, kind: "wide" },
      ]}
    >
      {hosts.map((host) => (
        <tr key={`${host.address} ${host.portNumber} ${host.transport}`}>
          <th scope="row" class="digits">
            {hostPort(host.address, host.portNumber)} {host.transport.toUpperCase()}
          </th>
          <td class="words fill">
            <HostState host={host} />
          </td>
          <td class="number">{host.roundTripTimeMs === undefined ? "–" : milliseconds(host.roundTripTimeMs)}</td>
          <td class="wide digits">{host.mapped ? hostPort(host.mapped.address, host.mapped.port) : "–"}</td>
          <td class="number wide">{host.numAllocations}</td>
          <td class="wide digits">{shell.ago(duration(now - host.checkedAt))}</td>
        </tr>
      ))}
    </Table>
  );
}

function HostState({ host }: { readonly host: TurnHostStatus }) {
  const { turnServers } = useStrings();
  if (host.reachable) return <Mark state="good">{turnServers.reachable}</Mark>;
  return (
    <>
      <Mark state="bad">{host.failure?.detail ?? turnServers.unreachable}</Mark>
      {host.failure && (
        <>
          <p>{host.failure.remedy}</p>
          <p class="note">
            <code>{host.failure.code}</code>
          </p>
        </>
      )}
    </>
  );
}
