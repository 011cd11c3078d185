import type { Participant, Track } from "#conference";
import type { Forwarding } from "#media";
import type { PublishRequest } from "#media-signalling";
import type { Call } from "./call.ts";
import type { Client } from "./client.ts";
import { ALL_LAYERS, forwardingFor, isPresentation, isSilenced } from "./media-rules.ts";
import { newSid } from "./names.ts";
import { attributesOf, mayMuteSelf } from "./shown.ts";

/** Takes a track that a client wants to send, refuses it, or takes it silenced. */
export function publish(call: Call, client: Client, request: PublishRequest): void {
  const { sid, attendee } = client;
  if (isPresentation(request) && !attendee.rules.presentationContributionAllowed)
    return void call.post(client, { input: "refused", request: "publish", cid: request.cid, why: "not allowed" });
  const trackSid = newSid("TR");
  client.saysMuted.set(trackSid, request.muted);
  const muted = request.muted || isSilenced(attendee.rules, request);
  call.command({ do: "publish", sid, trackSid, track: { ...request, muted } });
  assertMutes(call, client);
}

/** A client says that its track is muted or open. */
export function clientMutes(call: Call, client: Client, trackSid: string, muted: boolean): void {
  const { sid, attendee } = client;
  const track = trackOf(call, client, trackSid);
  if (!track) return;
  const asksToOpen = client.saysMuted.get(trackSid) === true && !muted;
  client.saysMuted.set(trackSid, muted);
  if (isSilenced(attendee.rules, track) && !muted) {
    const mayOpen = track.kind === "audio" ? mayMuteSelf(call, attendee.rules) : attendee.rules.videoMuteSelfAllowed;
    // Clients also repeat what they think when the roster says otherwise: only a change is somebody's wish.
    if (!asksToOpen || !mayOpen) return void call.post(client, { input: "muted", trackSid, muted: true });
    attendee.setOwn(track.kind === "audio" ? { rxAudioMute: false } : { rxVideoMute: false });
    return void applyRules(call, client);
  }
  call.command({ do: "mute", sid, trackSid, muted });
}

/** Tells the client again to mute what the server silences, until it says that it did. */
export function assertMutes(call: Call, client: Client): void {
  for (const track of tracksOf(call, client))
    if (isSilenced(client.attendee.rules, track) && client.saysMuted.get(track.sid) === false)
      call.post(client, { input: "muted", trackSid: track.sid, muted: true });
}

/** Makes what the leg sends, receives and is told follow from its rules. */
export function applyRules(call: Call, client: Client): void {
  const { sid, attendee } = client;
  for (const track of tracksOf(call, client)) applyToTrack(call, client, track);
  for (const trackSid of client.subscriptions.keys()) forward(call, client, trackSid);
  // A new version for all, so that the participant itself is told its permissions.
  call.command({ do: "label", sid, name: attendee.shownName, attributes: attributesOf(attendee) });
  call.legChanged(client);
}

function applyToTrack(call: Call, client: Client, track: Track): void {
  const { sid, attendee } = client;
  const trackSid = track.sid;
  if (isPresentation(track) && !attendee.rules.presentationContributionAllowed) {
    call.command({ do: "unpublish", sid, trackSid });
    return void call.post(client, { input: "unpublished", trackSid });
  }
  const silenced = isSilenced(attendee.rules, track);
  // Before the roster, or the client would say that it is not muted.
  if (silenced && client.saysMuted.get(trackSid) === false)
    call.post(client, { input: "muted", trackSid, muted: true });
  if (!silenced && client.saysMuted.get(trackSid) && !mayOpenItself(call, client, track))
    call.post(client, { input: "muted", trackSid, muted: false });
  call.command({ do: "mute", sid, trackSid, muted: silenced || client.saysMuted.get(trackSid) === true });
}

/** Nobody's microphone is opened from afar, but of those who may not do it themselves. */
function mayOpenItself(call: Call, { attendee }: Client, track: Track): boolean {
  return track.kind === "audio" ? mayMuteSelf(call, attendee.rules) : attendee.rules.videoMuteSelfAllowed;
}

/** The client receives a track from now on: how, from the first packet. */
export function beginForwarding(call: Call, client: Client, trackSid: string): Forwarding {
  client.subscriptions.set(trackSid, ALL_LAYERS);
  return forwardingOf(call, client, trackSid);
}

/** The client wants a track that it receives otherwise than before. */
export function wantForwarding(call: Call, client: Client, trackSid: string, wanted: Forwarding): void {
  client.subscriptions.set(trackSid, wanted);
  forward(call, client, trackSid);
}

function forward(call: Call, client: Client, trackSid: string): void {
  const subscriptionId = subscriptionOf(client.sid, trackSid);
  client.leg.request({ do: "setSubscription", subscriptionId, ...forwardingOf(call, client, trackSid) });
}

function forwardingOf(call: Call, client: Client, trackSid: string): Forwarding {
  const wanted = client.subscriptions.get(trackSid) ?? ALL_LAYERS;
  const track = findTrack(call, trackSid);
  return track ? forwardingFor(client.attendee.rules, track, wanted) : wanted;
}

export function subscriptionOf(sid: string, trackSid: string): string {
  return `${sid}:${trackSid}`;
}

export function trackOf(call: Call, client: Client, trackSid: string): Track | undefined {
  return tracksOf(call, client).find(({ sid }) => sid === trackSid);
}

export function findTrack(call: Call, trackSid: string): Track | undefined {
  return call.conference.participants.flatMap(({ tracks }: Participant) => tracks).find(({ sid }) => sid === trackSid);
}

function tracksOf(call: Call, { sid }: Client): readonly Track[] {
  return call.conference.participant(sid)?.tracks ?? [];
}
