import { formatAddress } from "#base";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { CallLegView, CallView, LegPathView, ParticipantView } from "./control-contract.ts";
import type { MediaNumbers } from "./media-numbers.ts";

export function callView(call: Call): CallView {
  const { space, attendees } = call;
  const presenter = call.clients.find(({ sid }) =>
    call.conference.participant(sid)?.tracks.some(({ source, kind }) => source === "screen_share" && kind === "video"),
  );
  return {
    id: call.id,
    name: space.name,
    spaceId: space.id,
    tenant: space.tenant,
    callCorrelator: space.id,
    ownerName: space.ownerJid,
    startedAt: call.startedAt,
    locked: call.locked,
    rules: call.rules,
    allowAllMuteSelf: call.allowAllMuteSelf,
    joinAudioMuteOverride: call.joinAudioMuteOverride,
    messageText: call.messageText,
    numCallLegs: call.clients.length,
    maxCallLegs: call.maxLegs,
    numWaiting: attendees.waiting.length,
    presenterCallLeg: presenter?.legId,
  };
}

/** Those who are in the call or wait for it; who was admitted and has not come yet is nobody's concern. */
export function isShown({ standing }: Attendee): boolean {
  return standing.state === "present" || standing.state === "lobby";
}

export function participantView(call: Call, one: Attendee): ParticipantView {
  return {
    id: one.id,
    callId: call.id,
    name: one.shownName,
    uri: one.user?.userJid ?? one.identity,
    userJid: one.user?.userJid,
    tenant: call.space.tenant,
    accessMethodId: one.admission.accessMethod?.id,
    isActivator: !one.rules.needsActivation,
    state: stateOf(call, one),
    importance: one.importance,
    nameLabelOverride: one.label || undefined,
    callLegId: one.legId,
    joinedAt: one.joinedAt,
  };
}

export function legView(call: Call, one: Attendee, numbers: MediaNumbers): CallLegView {
  const client = call.clientOf(one);
  return {
    id: one.legId,
    callId: call.id,
    participantId: one.id,
    name: one.shownName,
    remoteParty: one.user?.userJid ?? one.identity,
    tenant: call.space.tenant,
    client: client?.client ?? "",
    address: one.origin.address,
    via: one.origin.via,
    state: stateOf(call, one),
    startedAt: client?.startedAt ?? one.joinedAt,
    rules: one.rules,
    ownRules: one.ownRules,
    trace: one.trace.map(({ scope, profileId }) => ({ scope, profileId })),
    path: pathOf(call, one),
    media: client && numbers.ofLeg(call, client.sid),
  };
}

function stateOf(call: Call, one: Attendee): "initial" | "connected" | "lobby" {
  if (one.standing.state === "lobby") return "lobby";
  return call.clientOf(one)?.leg.state.state === "connected" ? "connected" : "initial";
}

function pathOf(call: Call, one: Attendee): LegPathView | undefined {
  const state = call.clientOf(one)?.leg.state;
  if (state?.state !== "connected") return undefined;
  const { link, peer, edge } = state.path;
  return { link, peer: formatAddress(peer), edge };
}
