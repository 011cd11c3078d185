import type { EdgeOverview } from "../../model/answers.ts";
import { milliseconds } from "../../model/format.ts";
import { domainState, together, turnState } from "../../model/pair.ts";
import { useStrings } from "../context.ts";
import { Mark } from "../kit/marks.tsx";
import { Stop, Stops, Way } from "../kit/road.tsx";

/** Guests, what this edge has for them, and who is behind it. */
export function EdgePair({ overview }: { readonly overview: EdgeOverview }) {
  const { edge } = useStrings();
  const words = edge.overview;
  const { web, turn, tunnels } = overview;
  const domains = together(web.joinHosts.map(domainState));
  const relays = turnState(turn);
  return (
    <div class="roads">
      <Stops isOwn>
        <Stop title={words.guests} />
      </Stops>
      <Way state={together([domains, relays])} label={words.webWay} />
      <Stops>
        <Stop title={`${words.web} ${web.listening}`} isHere>
          {web.joinHosts.map((joinHost) => (
            <JoinHostLine key={joinHost.host} joinHost={joinHost} />
          ))}
          {web.joinHosts.length === 0 && <Mark state="bad">{words.noJoinHost}</Mark>}
        </Stop>
        <Stop title={words.turn} isHere>
          <Mark state={relays}>{turn ? words.turnStates[turn.state] : words.turnDown}</Mark>
          {turn && <span class="note">{words.relays(turn.relays, turn.allocations)}</span>}
        </Stop>
      </Stops>
      <Way state={tunnels.connections > 0 ? "good" : "bad"} label={words.tunnels} />
      <Stops>
        <Stop title={words.cores}>
          <Mark state={tunnels.connections > 0 ? "good" : "bad"}>
            {tunnels.connections > 0 ? words.connections(tunnels.connections, tunnels.cores) : words.noCore}
          </Mark>
        </Stop>
        <Stop title={words.bridges}>
          <span class="note">{words.bridgeRelays(turn?.allocationsByRole.bridge ?? 0)}</span>
        </Stop>
      </Stops>
    </div>
  );
}

function JoinHostLine({ joinHost }: { readonly joinHost: EdgeOverview["web"]["joinHosts"][number] }) {
  const { edge } = useStrings();
  const words = edge.overview;
  const { host, named, connections, endToEnd } = joinHost;
  const reach = () => {
    if (connections === 0) return words.noTunnel;
    if (endToEnd.state === "failed") return endToEnd.why;
    return endToEnd.state === "active" ? words.reaches(milliseconds(endToEnd.rttMs)) : words.notAsked;
  };
  return (
    <>
      <Mark state={domainState(joinHost)}>{`${host}: ${reach()}`}</Mark>
      {!named && <Mark state="waiting">{`${host}: ${words.notNamed}`}</Mark>}
    </>
  );
}
