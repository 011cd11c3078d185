import type { LinkReport, Overview, TurnServerStatus } from "../../model/answers.ts";
import { duration, milliseconds } from "../../model/format.ts";
import { useStrings } from "../context.ts";
import { Mark, type MarkState } from "../kit/marks.tsx";
import { Way } from "../kit/road.tsx";

/** Guests, the relays on their way, this Call Bridge, and the Web Bridges that it is linked to. */
export function Roads({ overview }: { readonly overview: Overview }) {
  const { general } = useStrings();
  const { ways, turnServers, links, name, now } = overview;
  const ours = turnServers.filter(({ ours }) => ours);
  return (
    <div class="roads">
      <ul class="road-stop own">
        <li class="stop">
          <strong>{general.guests}</strong>
          <span class="note">{general.direct(ways.direct)}</span>
          {ways.none > 0 && <span class="note">{general.connecting(ways.none)}</span>}
        </li>
      </ul>
      <Way state={ours.some(isUp) ? "good" : "bad"} label={general.media} />
      <ul class="road-stop">
        {ours.map((server) => (
          <TurnStop key={server.id} server={server} ways={ways} />
        ))}
        {ours.length === 0 && (
          <li class="stop">
            <Mark state="bad">{general.noTurn}</Mark>
          </li>
        )}
      </ul>
      <Way state={ours.some(isUp) ? "good" : "bad"} label={general.media} />
      <ul class="road-stop own">
        <li class="stop main">
          <strong>{general.callBridge}</strong>
          <span class="note">{name}</span>
        </li>
      </ul>
      <Way state={worstLink(links)} label={general.signalling} />
      <ul class="road-stop">
        {links.map((link) => (
          <LinkStop key={link.url} link={link} now={now} />
        ))}
        {links.length === 0 && (
          <li class="stop">
            <Mark state="bad">{general.noWebBridge}</Mark>
          </li>
        )}
      </ul>
    </div>
  );
}

function isUp(server: TurnServerStatus): boolean {
  return server.hosts.some(({ reachable }) => reachable);
}

function worstLink(links: readonly LinkReport[]): MarkState {
  if (links.length === 0 || links.every(({ status }) => status.state === "failed")) return "bad";
  return links.every(({ status }) => status.state === "connected") ? "good" : "waiting";
}

function TurnStop({ server, ways }: { readonly server: TurnServerStatus; readonly ways: Overview["ways"] }) {
  const { general, turnServers } = useStrings();
  const best = server.hosts.filter(({ reachable }) => reachable).map(({ roundTripTimeMs = 0 }) => roundTripTimeMs);
  const addresses = new Set([server.serverAddress, ...server.hosts.map(({ address }) => address)]);
  const legs = ways.relays.filter(({ edge }) => addresses.has(edge)).reduce((sum, relay) => sum + relay.legs, 0);
  const failure = server.hosts.find(({ failure }) => failure)?.failure;
  return (
    <li class="stop">
      <strong>{server.serverAddress}</strong>
      {best.length > 0 ? (
        <Mark state="good">{`${turnServers.reachable}, ${milliseconds(Math.min(...best))}`}</Mark>
      ) : (
        <Mark state="bad">{failure?.detail ?? turnServers.unresolved}</Mark>
      )}
      <span class="note">{general.relayed(legs)}</span>
    </li>
  );
}

function LinkStop({ link: { url, status }, now }: { readonly link: LinkReport; readonly now: number }) {
  const { general } = useStrings();
  return (
    <li class="stop">
      <strong>{url.replace(/^c2w:\/\//, "")}</strong>
      {status.state === "connected" && <Mark state="good">{general.linkUp(duration(now - status.since))}</Mark>}
      {status.state === "connecting" && <Mark state="waiting">{general.linkDialling(status.attempt)}</Mark>}
      {status.state === "failed" && (
        <>
          <Mark state="bad">{status.detail}</Mark>
          <span class="note">{general.linkNext(Math.max(0, Math.ceil((status.nextTryAt - now) / 1000)))}</span>
        </>
      )}
    </li>
  );
}
