import type { EdgeTunnelConnection, EdgeTunnels } from "../../model/answers.ts";
import { bytes, duration, milliseconds } from "../../model/format.ts";
import { useLive, useStrings } from "../context.ts";
import { CopyButton } from "../kit/controls.tsx";
import { Loaded } from "../kit/loaded.tsx";
import { Badge, Mark } from "../kit/marks.tsx";
import { Empty, Page, Section } from "../kit/page.tsx";
import { Table } from "../kit/table.tsx";
import { useServerClock } from "../kit/use-clock.ts";

/** Milliseconds. */
const EVERY = 2000;

export function EdgeTunnelsPage() {
  const { edge } = useStrings();
  const words = edge.tunnels;
  const live = useLive<EdgeTunnels>("/api/tunnels", EVERY);
  const now = useServerClock(live);
  return (
    <Page title={words.title} sub={words.sub}>
      <Loaded live={live}>
        {(tunnels) => (
          <div class="stack">
            {tunnels.sharedIdentities.map(({ fingerprint, peers, since }) => (
              <p key={fingerprint} class="told bad">
                <strong>{words.shared}.</strong> {words.sharedText(peers.join(", "), duration(now - since))}{" "}
                <code>{fingerprint}</code>
              </p>
            ))}
            <Domains tunnels={tunnels} />
            <Section title={words.peers} flush>
              {tunnels.connections.length === 0 ? (
                <Empty>{words.none}</Empty>
              ) : (
                <Connections connections={tunnels.connections} now={now} />
              )}
            </Section>
            <p class="note with-copy">
              {words.listening} {tunnels.listening} · {words.hostKey} <code>{tunnels.hostKey}</code>
              <CopyButton text={tunnels.hostKey} label={words.copyHostKey} />
            </p>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Domains({ tunnels: { domains } }: { readonly tunnels: EdgeTunnels }) {
  const { edge } = useStrings();
  const words = edge.tunnels;
  return (
    <Section title={words.domains} flush>
      {domains.length === 0 ? (
        <Empty>{words.noDomain}</Empty>
      ) : (
        <Table
          caption={words.domains}
          cards
          columns={[{ head: words.domain }, { head: words.status }, { head: words.connections, kind: "number" }]}
        >
          {domains.map(({ domain, connections }) => (
            <tr key={domain}>
              <th scope="row">{domain}</th>
              <td class="words fill">
                <Mark state={connections > 0 ? "good" : "bad"}>{connections > 0 ? words.active : words.failed}</Mark>
                {connections === 0 && <p>{words.notCarried}</p>}
              </td>
              <td class="number">{connections}</td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}

interface ConnectionsProps {
  readonly connections: readonly EdgeTunnelConnection[];
  readonly now: number;
}

function Connections({ connections, now }: ConnectionsProps) {
  const { edge } = useStrings();
  const words = edge.tunnels;
  return (
    <Table
      caption={words.peers}
      cards
      columns={[
        { head: words.peer },
        { head: words.domain },
        { head: words.key },
        { head: words.since },
        { head: words.via },
        { head: words.roundTrip, kind: "number" },
        { head: words.carried, kind: "number" },
      ]}
    >
      {connections.map((one) => (
        <tr key={one.peer}>
          <th scope="row" class="digits">
            {one.peer}
            <p class="note">{one.software}</p>
          </th>
          <td class="words">{one.domains.join(", ") || "–"}</td>
          <td class="words">
            {one.comment || "–"}
            <p class="note">
              <code class="short" title={one.fingerprint}>
                {one.fingerprint}
              </code>
            </p>
          </td>
          <td class="digits">
            {duration(now - one.since)}
            <p class="note">{words.channels(one.channels)}</p>
          </td>
          <td>
            {one.via === "443" ? (
              <span title={words.via443}>
                <Badge kind="amber">443</Badge>
              </span>
            ) : (
              one.via
            )}
          </td>
          <td class="number">{one.rttMs === undefined ? "–" : milliseconds(one.rttMs)}</td>
          <td class="number">
            {bytes(one.bytesIn)} / {bytes(one.bytesOut)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
