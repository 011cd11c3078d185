import type { CallLegView, CallRecord, CallView, LegMediaView, StreamView } from "#call-bridge";

/** Values as they are sent; `undefined` is left out. */
export type RecordFields = { readonly [name: string]: string | number | boolean | RecordFields | undefined };

/** What one record says, the same in XML and JSON. */
export interface Description {
  /** "callLegStart" */
  readonly type: CallRecord["type"];
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly element: "call" | "callLeg";
  /** Of the call or the call leg. */
  readonly id: string;
  /** Named as in the CMS's records where they have it, in their order. */
  readonly fields: RecordFields;
}

export function describeRecord(record: CallRecord): Description {
  const { type, at, call } = record;
  switch (type) {
    case "callStart":
      return { type, at, element: "call", id: call.id, fields: callStart(call) };
    case "callEnd": {
      const { callLegsCompleted, durationSeconds } = record;
      const fields = { callLegsCompleted, callLegsMaxActive: call.maxCallLegs, durationSeconds };
      return { type, at, element: "call", id: call.id, fields };
    }
    case "callLegStart":
      return { type, at, element: "callLeg", id: record.leg.id, fields: callLegStart(record.leg, call) };
    case "callLegUpdate":
      return { type, at, element: "callLeg", id: record.leg.id, fields: callLegUpdate(record.leg, call) };
    case "callLegEnd": {
      const fields = callLegEnd(record.leg, record.reason, record.durationSeconds);
      return { type, at, element: "callLeg", id: record.leg.id, fields };
    }
  }
}

function callStart(call: CallView): RecordFields {
  return {
    name: call.name,
    ownerName: call.ownerName,
    callType: "coSpace",
    coSpace: call.spaceId,
    tenant: call.tenant,
    callCorrelator: call.callCorrelator,
  };
}

function callLegStart(leg: CallLegView, call: CallView): RecordFields {
  return {
    displayName: leg.name,
    remoteParty: leg.remoteParty,
    remoteAddress: leg.address,
    guestConnection: leg.remoteParty.startsWith("guest-"),
    type: "acano",
    subType: "webApp",
    direction: "incoming",
    call: call.id,
    tenant: leg.tenant,
    state: leg.state,
    client: leg.client,
    via: leg.via,
  };
}

function callLegUpdate(leg: CallLegView, call: CallView): RecordFields {
  return {
    state: leg.state,
    deactivated: leg.state === "lobby",
    displayName: leg.name,
    remoteParty: leg.remoteParty,
    remoteAddress: leg.address,
    call: call.id,
    mediaPath: leg.path && { link: leg.path.link, peer: leg.path.peer, edge: leg.path.edge },
  };
}

/** The CMS's words for why a call leg ended; others are "error". */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["left", "clientInitiatedTeardown"],
  ["lost", "timeOut"],
  ["removed", "localTeardown"],
  ["replaced", "localTeardown"],
  ["callEnded", "callEnded"],
]);

function callLegEnd(leg: CallLegView, reason: string, durationSeconds: number): RecordFields {
  return {
    reason: REASONS.get(reason) ?? "error",
    reasonDetail: reason,
    remoteTeardown: reason === "left" || reason === "lost",
    encryptedMedia: true,
    unencryptedMedia: false,
    durationSeconds,
    ...(leg.media && mediaOf(leg.media)),
  };
}

function mediaOf({ rx, tx, roundTripTimeMs }: LegMediaView): RecordFields {
  return {
    rxAudio: stream(rx, "audio", "main"),
    txAudio: stream(tx, "audio", "main"),
    rxVideo: stream(rx, "video", "main"),
    txVideo: stream(tx, "video", "main"),
    rxPresentation: stream(rx, "video", "presentation"),
    txPresentation: stream(tx, "video", "presentation"),
    roundTripTime: roundTripTimeMs,
  };
}

/** Of the last report before the end; of several streams of a kind the one with the most bits. */
function stream(all: readonly StreamView[], kind: string, role: string): RecordFields | undefined {
  const matching = all.filter((one) => one.kind === kind && one.role === role);
  const most = matching.sort((a, b) => b.bitRate - a.bitRate)[0];
  if (!most) return undefined;
  return {
    codec: most.codec,
    maxSizeWidth: most.width,
    maxSizeHeight: most.height,
    packetStatistics: { packetLossPercentage: most.packetLossPercentage, jitter: most.jitterMs },
  };
}
