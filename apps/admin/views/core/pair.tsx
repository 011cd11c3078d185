import type { CoreOverview } from "../../model/answers.ts";
import { milliseconds } from "../../model/format.ts";
import { edgeState, joinHostState, together } from "../../model/pair.ts";
import { useStrings } from "../context.ts";
import { Mark } from "../kit/marks.tsx";
import { Stop, Stops, Way } from "../kit/road.tsx";

/** Guests, the edges, this core, and the Web Bridges behind each join host. */
export function CorePair({ overview }: { readonly overview: CoreOverview }) {
  const { core } = useStrings();
  const words = core.overview;
  const { edges, joinHosts, name } = overview;
  const tunnels = together(edges.map(edgeState));
  const bridges = together(joinHosts.map(joinHostState));
  return (
    <div class="roads">
      <Stops isOwn>
        <Stop title={words.guests} />
      </Stops>
      <Way state={tunnels === "bad" ? "off" : "good"} label={words.web} />
      <Stops>
        {edges.map((edge) => (
          <EdgeStop key={edge.target} edge={edge} />
        ))}
        {edges.length === 0 && <Nothing text={words.noEdge} />}
      </Stops>
      <Way state={tunnels} label={words.tunnels} />
      <Stops isOwn>
        <Stop title={words.core} isHere>
          <span class="note">{name}</span>
        </Stop>
      </Stops>
      <Way state={bridges} label={words.proxied} />
      <Stops>
        {joinHosts.map((joinHost) => (
          <JoinHostStop key={joinHost.host} joinHost={joinHost} />
        ))}
        {joinHosts.length === 0 && <Nothing text={words.noJoinHost} />}
      </Stops>
    </div>
  );
}

function Nothing({ text }: { readonly text: string }) {
  return (
    <li class="stop">
      <Mark state="bad">{text}</Mark>
    </li>
  );
}

function EdgeStop({ edge }: { readonly edge: CoreOverview["edges"][number] }) {
  const { core } = useStrings();
  const { target, active, connections, rttMs, lastError } = edge;
  return (
    <Stop title={target}>
      <Mark state={edgeState(edge)}>{core.overview.connections(active, connections)}</Mark>
      {active === 0 && lastError && <span class="note">{lastError.message}</span>}
      {rttMs !== undefined && <span class="note">{core.overview.roundTrip(milliseconds(rttMs))}</span>}
    </Stop>
  );
}

function JoinHostStop({ joinHost }: { readonly joinHost: CoreOverview["joinHosts"][number] }) {
  const { core } = useStrings();
  const { host, enabled, targets, active, why } = joinHost;
  const words = targets === 0 ? core.overview.noTargets : core.overview.targets(active, targets);
  return (
    <Stop title={host}>
      <Mark state={joinHostState(joinHost)}>{enabled ? words : core.overview.off}</Mark>
      {enabled && active === 0 && why && <span class="note">{why}</span>}
    </Stop>
  );
}
