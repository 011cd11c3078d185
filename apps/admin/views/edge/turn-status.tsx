import type { TurnStatus } from "../../model/answers.ts";
import { hostPort } from "../../model/format.ts";
import { RELAY_USAGE } from "../../pages.ts";
import { useStrings } from "../context.ts";
import { Facts } from "../kit/facts.tsx";
import { Mark } from "../kit/marks.tsx";
import { Section } from "../kit/page.tsx";

/** What the guide shows at the foot of the TURN page. */
export function TurnServerStatus({ status }: { readonly status: TurnStatus }) {
  const { turn, language } = useStrings();
  const { state, listening, allocations, relays, ports, plane, cluster } = status;
  return (
    <Section title={turn.statusTitle}>
      <Facts
        facts={[
          [turn.status, <Mark state={state === "active" ? "good" : "waiting"}>{turn.states[state]}</Mark>],
          [turn.clients, allocations.toLocaleString(language)],
          [turn.activeRelays, <a href={RELAY_USAGE}>{relays.toLocaleString(language)}</a>],
          [
            turn.listening,
            <ul>
              {listening.map(({ address, port, transport }) => (
                <li key={`${address} ${port} ${transport}`}>
                  {hostPort(address, port)} <span class="note">{turn.transports[transport]}</span>
                </li>
              ))}
            </ul>,
          ],
          [
            turn.ports,
            <ul>
              {ports.map(({ family, used, free, quarantined }) => (
                <li key={family}>
                  {turn.families[family]}: {turn.portsOf(used, free, quarantined)}
                </li>
              ))}
            </ul>,
          ],
          [
            turn.plane,
            <>
              {turn.planeKinds[plane.kind]}, {turn.planeThreads(plane.threads)} <span class="note">{plane.why}</span>
            </>,
          ],
          [turn.cluster, cluster.length > 0 && <Cluster cluster={cluster} />],
        ]}
      />
    </Section>
  );
}

const MARKS = { reachable: "good", draining: "waiting", unreachable: "bad" } as const;

function Cluster({ cluster }: { readonly cluster: TurnStatus["cluster"] }) {
  const { turn } = useStrings();
  return (
    <ul>
      {cluster.map(({ server, state, load }) => (
        <li key={hostPort(server.address, server.port)}>
          {hostPort(server.address, server.port)} <Mark state={MARKS[state]}>{turn.clusterStates[state]}</Mark>
          {load && <span class="note"> {turn.clusterLoad(load.allocations, load.capacity)}</span>}
        </li>
      ))}
    </ul>
  );
}
