import { assertNever, formatAddress } from "#base";
import type { DataLabel, EdgeState, IceCandidate, LegState, MediaEvent } from "#media";
import { forwardData } from "#media-signalling";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";
import { lines } from "./event-lines.ts";
import { iceFailureOf } from "./ice-failures.ts";
import { mayChat } from "./shown.ts";

/** RFC 8445 5.1.2.1: type preference 0, component 1. */
const RELAY_PRIORITY = 16777215;

/** What the media workers say of a call's legs. */
export function onMedia(call: Call, event: Exclude<MediaEvent, { event: "edge" }>): void {
  switch (event.event) {
    case "leg":
      return void onLeg(call, event.legId, event.state);
    case "speakers": {
      const speakers = event.speakers.map(({ legId, level, active }) => ({ sid: legId, level, active }));
      return void call.command({ do: "speakers", speakers });
    }
    case "data":
      return void onData(call, event.legId, event.label, event.data);
    case "pathLost": {
      call.command({ do: "quality", sid: event.legId, quality: "poor" });
      const client = call.client(event.legId);
      // Without a relay it would look for a path in vain, and not hear that there is one again.
      if (client && !client.interrupted) askRestart(call, client);
      return;
    }
    default:
      assertNever(event);
  }
}

export function onLeg(call: Call, legId: string, state: LegState): void {
  const client = call.client(legId);
  if (!client || client.leg.closed) return;
  if (state.state === "closed") return void onLegClosed(call, client, state);
  const before = client.leg.state.state;
  client.leg.state = state;
  call.events.trace("ice", () => `call ${client.number}: ${state.state}${pathText(state)}`);
  if (state.state === "connecting") call.say("info", lines.securing(client.number));
  if (state.state !== "connected") return;
  const { link, peer, edge } = state.path;
  if (before !== "connected") call.say("info", lines.secured(client.number));
  client.log.info(before === "connected" ? "media takes another path" : "media connected", {
    link,
    peer: peer.address,
    edge,
  });
  call.command({ do: "activate", sid: legId });
  // Not at its join: clients forget what is said of people before they have read who is there.
  if (before !== "connected") call.tellSpeakers(client);
  call.command({ do: "quality", sid: legId, quality: "excellent" });
  call.legChanged(client);
}

function pathText(state: LegState): string {
  if (state.state !== "connected") return "";
  const { link, peer, edge } = state.path;
  return ` over ${link}${edge === undefined ? "" : ` on ${edge}`}, peer ${formatAddress(peer)}`;
}

function onLegClosed(call: Call, client: Client, state: Extract<LegState, { state: "closed" }>): void {
  const hadMedia = client.leg.state.state === "connected" || state.code === "MEDIA_WORKER_LOST";
  client.leg.lost(state);
  client.log.warn("media of the participant ended", { code: state.code, detail: state.detail });
  const failure = iceFailureOf(state.code, state.detail);
  if (failure) call.say("warning", lines.iceFailure(client.number, failure));
  if (!client.socket) return void call.remove(client.sid, "lost");
  // A way that never worked will not work at the next try either.
  if (hadMedia || client.mendsItself) askToConnect(call, client);
  else sendAway(call, client);
}

/** An edge has a new relayed address. Who is still connecting is told it; who lost its path there restarts ICE. */
export function onEdgeReady(call: Call, worker: number, edge: Extract<EdgeState, { state: "ready" }>): void {
  const { address, port } = edge.relayed;
  for (const client of edgeClients(call)) {
    if (call.pool.workerOf(client.sid) !== worker) continue;
    const { local, state } = client.leg;
    // Its path went over the allocation before this one, even if the new one has the same address.
    const lost = state.state === "connected" && (client.interrupted || state.path.edgeId === edge.id);
    client.interrupted = false;
    const isNews = local && !local.candidates.some((one) => one.address === address && one.port === port);
    // A client that restarts ICE already does not hear that it is asked to, and its answer may have had no relay yet.
    if (isNews && (lost || state.state !== "connected"))
      call.post(client, { input: "candidate", candidate: relayCandidate(edge) });
    if (lost) askRestart(call, client, "now");
  }
  call.refreshRooms();
}

/**
 * No edge can be used; told again at each try that fails. Who has media is told that it is interrupted, and restarts ICE
 * when a relay is there again. Who was about to have some is not left waiting: clients that mend their connection connect
 * anew until there is a relay, and whoever clicked asks to join again.
 */
export function onEdgesFailed(call: Call, { code, detail }: { readonly code: string; readonly detail: string }): void {
  const failure = iceFailureOf(code, detail);
  for (const client of edgeClients(call)) {
    const news = !client.interrupted;
    client.interrupted = true;
    // However it comes back, its call is there for it.
    client.mend();
    if (client.leg.state.state === "connected") continue;
    if (news && failure) call.say("warning", lines.iceFailure(client.number, failure));
    if (!client.mendsItself) sendAway(call, client);
    else if (news) askToConnect(call, client);
  }
  call.refreshRooms();
}

function askToConnect(call: Call, client: Client): void {
  call.post(client, { input: "leave", reason: "media-failure", action: "reconnect" });
}

function sendAway(call: Call, client: Client): void {
  call.post(client, { input: "leave", reason: "media-failure", action: "disconnect" });
  call.remove(client.sid, "mediaFailed");
}

/** As the worker will write it into later answers, but for its place among several edges. */
function relayCandidate({ relayed }: Extract<EdgeState, { state: "ready" }>): IceCandidate {
  return { type: "relay", ...relayed, priority: RELAY_PRIORITY, foundation: "2" };
}

function askRestart(call: Call, client: Client, when: "now" | "unless-just-asked" = "unless-just-asked"): void {
  if (!client.takeRestart(when === "now")) return;
  client.log.info("client is asked to restart ICE");
  call.post(client, { input: "leave", reason: "connection-timeout", action: "resume" });
}

function edgeClients(call: Call): Client[] {
  return call.clients.filter(({ leg }) => leg.via === "edge" && !leg.closed);
}

function onData(call: Call, legId: string, label: DataLabel, data: Uint8Array): void {
  const sender = call.client(legId);
  if (sender && !mayChat(call, sender.attendee.rules)) return;
  const forwarded = sender && forwardData(data, label, { sid: sender.sid, identity: sender.access.identity });
  if (!forwarded) return;
  if (label === "_reliable" && forwarded.sequence > sender.dataSequence) sender.dataSequence = forwarded.sequence;
  const { toIdentities, toSids } = forwarded;
  const everyone = toIdentities.length === 0 && toSids.length === 0;
  const legIds = call.clients
    .filter(
      ({ sid, access, leg }) =>
        sid !== legId && !leg.closed && (everyone || toSids.includes(sid) || toIdentities.includes(access.identity)),
    )
    .map(({ sid }) => sid);
  if (legIds.length > 0) sender.leg.request({ do: "sendData", legIds, label, data: forwarded.bytes });
}
