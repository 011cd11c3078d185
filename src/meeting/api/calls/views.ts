import { CALL_LEG_FIELDS } from "#api-schema";
import type { CallLegView, CallView, ParticipantView, StreamView } from "#call-bridge";
import { type Element, leaf, leaves, node } from "../http/element.ts";

/** Above these a call leg has an alarm: percent, milliseconds, milliseconds. */
const LIMITS = { packetLoss: 5, excessiveJitter: 100, highRoundTripTime: 400 } as const;

export type LegAlarm = keyof typeof LIMITS;
export const LEG_ALARMS = Object.keys(LIMITS) as LegAlarm[];

export function callListed(call: CallView): Element {
  return node(
    "call",
    leaves({ name: call.name, coSpace: call.spaceId, callCorrelator: call.callCorrelator, tenant: call.tenant }),
    {
      id: call.id,
    },
  );
}

export function callElement(call: CallView, now: number): Element {
  const fields = leaves({
    name: call.name,
    callType: "coSpace",
    coSpace: call.spaceId,
    ownerName: call.ownerName,
    callCorrelator: call.callCorrelator,
    tenant: call.tenant,
    durationSeconds: seconds(call.startedAt, now),
    numCallLegs: call.numCallLegs,
    maxCallLegs: call.maxCallLegs,
    numParticipantsLocal: call.numCallLegs,
    numParticipantsRemote: 0,
    numDistributedInstances: 1,
    presenterCallLeg: call.presenterCallLeg,
    locked: call.locked,
    recording: false,
    recordingStatus: false,
    streaming: false,
    streamingStatus: false,
    allowAllMuteSelf: call.allowAllMuteSelf,
    allowAllPresentationContribution: false,
    joinAudioMuteOverride: call.joinAudioMuteOverride,
    messageText: call.messageText || undefined,
    activeWhenEmpty: true,
    endpointRecording: false,
    numWaiting: call.numWaiting,
  });
  return node("call", fields, { id: call.id });
}

export function participantListed(one: ParticipantView): Element {
  return node("participant", leaves({ name: one.name, call: one.callId, tenant: one.tenant }), { id: one.id });
}

/** Who is in the lobby is "connected" and "deactivated", as a waiting call leg is in CMS. */
export function participantElement(one: ParticipantView): Element {
  const waits = one.state === "lobby";
  return node(
    "participant",
    [
      ...leaves({
        name: one.name,
        call: one.callId,
        tenant: one.tenant,
        uri: one.uri,
        originalUri: one.uri,
        numCallLegs: 1,
        userJid: one.userJid,
        isActivator: one.isActivator,
        canMove: false,
        accessMethod: one.accessMethodId,
      }),
      node("configuration", leaves({ importance: one.importance, nameLabelOverride: one.nameLabelOverride })),
      node("status", leaves({ state: waits ? "connected" : one.state, deactivated: waits || undefined })),
    ],
    { id: one.id },
  );
}

export function legListed(leg: CallLegView): Element {
  const alarms = legAlarms(leg).map((name) => ({ name, content: [] }));
  const fields = leaves({
    name: leg.name,
    remoteParty: leg.remoteParty,
    originalRemoteParty: leg.remoteParty,
    call: leg.callId,
    tenant: leg.tenant,
  });
  return node("callLeg", alarms.length > 0 ? [...fields, node("alarms", alarms)] : fields, { id: leg.id });
}

export function legElement(leg: CallLegView, now: number): Element {
  return node(
    "callLeg",
    [
      ...leaves({
        name: leg.name,
        remoteParty: leg.remoteParty,
        originalRemoteParty: leg.remoteParty,
        call: leg.callId,
        participant: leg.participantId,
        tenant: leg.tenant,
        type: "acano",
        subType: "webApp",
        direction: "incoming",
        canMove: false,
      }),
      node("configuration", configurationOf(leg)),
      statusOf(leg, now),
    ],
    { id: leg.id },
  );
}

/** Only what was set for this leg alone, in the order of call leg profiles. */
function configurationOf({ ownRules }: CallLegView): Element[] {
  const own = ownRules as Readonly<Record<string, string | number | boolean | undefined>>;
  return CALL_LEG_FIELDS.flatMap(({ name }) => leaf(name, own[name]));
}

function statusOf(leg: CallLegView, now: number): Element {
  const waits = leg.state === "lobby";
  return node("status", [
    ...leaves({
      state: waits ? "connected" : leg.state,
      durationSeconds: seconds(leg.startedAt, now),
      direction: "incoming",
      groupId: leg.participantId,
      recording: false,
      streaming: false,
      deactivated: waits,
      encryptedMedia: leg.media !== undefined,
      unencryptedMedia: false,
      cameraControlAvailable: false,
    }),
    ...mediaOf(leg),
    ...leaves({ client: leg.client, address: leg.address, via: leg.via, estimate: leg.media?.estimate }),
    ...(leg.path ? [node("path", leaves({ ...leg.path }))] : []),
  ]);
}

function mediaOf({ media }: CallLegView): Element[] {
  if (!media) return [];
  const { roundTripTimeMs } = media;
  return [
    ...media.rx.map((stream) => streamElement("rx", stream, undefined)),
    ...media.tx.map((stream) => streamElement("tx", stream, roundTripTimeMs)),
  ];
}

function streamElement(way: "rx" | "tx", stream: StreamView, roundTripTime: number | undefined): Element {
  const { kind, role } = stream;
  const fields = leaves({
    codec: stream.codec,
    width: stream.width,
    height: stream.height,
    frameRate: stream.frameRate,
    packetLossPercentage: Math.round(stream.packetLossPercentage * 10) / 10,
    jitter: Math.round(stream.jitterMs),
    bitRate: Math.round(stream.bitRate),
    roundTripTime: roundTripTime === undefined ? undefined : Math.round(roundTripTime),
  });
  if (kind === "audio") return { name: `${way}Audio`, content: fields, many: true };
  return { name: `${way}Video`, attributes: { role }, content: fields, many: true };
}

export function legAlarms({ media }: CallLegView): LegAlarm[] {
  if (!media) return [];
  const streams = [...media.rx, ...media.tx];
  const above: Readonly<Record<LegAlarm, boolean>> = {
    packetLoss: streams.some((stream) => stream.packetLossPercentage > LIMITS.packetLoss),
    excessiveJitter: streams.some((stream) => stream.jitterMs > LIMITS.excessiveJitter),
    highRoundTripTime: (media.roundTripTimeMs ?? 0) > LIMITS.highRoundTripTime,
  };
  return LEG_ALARMS.filter((name) => above[name]);
}

function seconds(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1000));
}
