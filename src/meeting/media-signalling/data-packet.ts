import { DataPacket } from "@livekit/protocol";

/** Bytes of one data message; LiveKit's own limits. */
export const MAX_DATA = { _reliable: 64 * 1024, _lossy: 15 * 1024 };

const MAX_DESTINATIONS = 256;

/** A data message of a client, ready to be handed on. */
export interface ForwardedData {
  readonly bytes: Uint8Array;
  /** Identities that may read it; empty for everyone else in the call. */
  readonly toIdentities: readonly string[];
  readonly toSids: readonly string[];
  /** Counts a sender's reliable messages from 1; 0 on the lossy channel. */
  readonly sequence: number;
}

/** Puts the true sender into the packet. Undefined for what is no packet, or is too long, or only servers may send. */
export function forwardData(
  data: Uint8Array,
  label: keyof typeof MAX_DATA,
  sender: { readonly sid: string; readonly identity: string },
): ForwardedData | undefined {
  if (data.length > MAX_DATA[label]) return undefined;
  const packet = decode(data);
  if (!packet || packet.value.case === "speaker" || packet.value.case === undefined) return undefined;
  packet.participantSid = sender.sid;
  packet.participantIdentity = sender.identity;
  const toSids: string[] = [];
  const toIdentities = [...packet.destinationIdentities];
  if (packet.value.case === "user") {
    const user = packet.value.value;
    // Fields of older clients.
    user.participantSid = sender.sid;
    user.participantIdentity = sender.identity;
    toSids.push(...user.destinationSids);
    toIdentities.push(...user.destinationIdentities);
  }
  if (toIdentities.length > MAX_DESTINATIONS || toSids.length > MAX_DESTINATIONS) return undefined;
  return { bytes: packet.toBinary(), toIdentities, toSids, sequence: packet.sequence };
}

function decode(data: Uint8Array): DataPacket | undefined {
  try {
    return DataPacket.fromBinary(data);
  } catch {
    return undefined;
  }
}
