import type { Participant } from "#conference";
import type { IceServerView, JoinContext, ParticipantView, PermissionView, RoomView } from "#media-signalling";
import type { CallLegRules } from "#spaces";
import type { Attendee } from "./attendee.ts";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";

/** Attributes of this prefix are the server's: what a client says under it is dropped. */
export const SERVER_ATTRIBUTES = "turnpike.";

/** What all are told of a participant, beside what it says of itself. */
export function attributesOf(one: Attendee): Readonly<Record<string, string>> {
  return {
    "turnpike.role": one.isHost ? "host" : "guest",
    "turnpike.importance": one.importance === undefined ? "" : String(one.importance),
  };
}

/** A participant as it is told of itself: with what it may do. */
export function ownView(call: Call, { attendee }: Client, view: Participant): ParticipantView {
  const { rules } = attendee;
  const attributes = { ...view.attributes, "turnpike.rules": JSON.stringify(shownRules(call, rules)) };
  return { ...view, attributes, permission: permissionOf(call, rules) };
}

/** LiveKit clients refuse by themselves what these forbid; the server does not rely on it. */
function permissionOf(call: Call, rules: CallLegRules): PermissionView {
  return {
    canPublishData: mayChat(call, rules),
    canPublishSources: rules.presentationContributionAllowed ? [] : ["camera", "microphone"],
  };
}

export function mayChat(call: Call, rules: CallLegRules): boolean {
  return call.rules.chatAllowed && rules.chatContributionAllowed;
}

export function mayMuteSelf(call: Call, rules: CallLegRules): boolean {
  return rules.muteSelfAllowed || call.allowAllMuteSelf;
}

/** Every permission by the name that it has in a call leg profile, as it is in force. */
function shownRules(call: Call, rules: CallLegRules) {
  return { ...rules, muteSelfAllowed: mayMuteSelf(call, rules), chatContributionAllowed: mayChat(call, rules) };
}

/** Room.metadata, JSON. It is one for all in LiveKit; here each client has its own: only who may admit is told who waits. */
export function roomMetadata(call: Call, { attendee, interrupted }: Client): string {
  const { chatAllowed, raiseHandEnabled, lockMode } = call.rules;
  const { locked, messageText } = call;
  const shown = {
    ...{ locked, lockMode, messageText, chatAllowed, raiseHandEnabled },
    ...(interrupted ? { interrupted } : {}),
  };
  if (!attendee.rules.callLockAllowed) return JSON.stringify(shown);
  const waiting = call.attendees.waiting.map((one) => ({
    identity: one.identity,
    name: one.shownName,
    since: one.standing.since,
    why: one.standing.state === "lobby" ? one.standing.why : undefined,
    through: one.admission.accessMethod?.name,
    userJid: one.user?.userJid,
  }));
  return JSON.stringify({ ...shown, waiting });
}

export function roomView(call: Call, metadata: string): RoomView {
  const { participants } = call.conference;
  const publishers = participants.filter(({ tracks }) => tracks.length > 0).length;
  const { roomSid: sid, callId: name, startedAt: createdAt } = call;
  return { sid, name, createdAt, participants: participants.length, publishers, metadata };
}

/** The room for a client that is being sent to the lobby: its app knows by this that it may wait there. */
export function lobbyRoom(call: Call, client: Client, sentToLobby: string): RoomView {
  return roomView(call, JSON.stringify({ ...JSON.parse(roomMetadata(call, client)), sentToLobby }));
}

export function joinContext(call: Call, client: Client, iceServers: readonly IceServerView[]): JoinContext {
  const { participants } = call.conference;
  client.metadata = roomMetadata(call, client);
  return {
    room: roomView(call, client.metadata),
    me: ownView(call, client, call.conference.participant(client.sid)!),
    others: participants.filter(({ sid }) => sid !== client.sid),
    iceServers,
    lastDataSequence: client.dataSequence,
  };
}
