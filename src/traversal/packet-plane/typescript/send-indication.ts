import type { TransportAddress } from "#base";
import { attributes, DecodeError, decodeMessage, MessageClass, Method, padded } from "#stun";

export interface SendIndication {
  readonly peer: TransportAddress;
  /** A view of the packet. */
  readonly data: Buffer;
}

const SEND_TYPE = Method.send | MessageClass.indication;
const HEADER_SIZE = 20;
const PEER = attributes.xorPeerAddress.type;
const DATA = attributes.data.type;
const FINGERPRINT = attributes.fingerprint.type;
const SOFTWARE = attributes.software.type;

/**
 * A Send indication (RFC 8656 11.1) that may pass without its owner's judgement: whole, with one XOR-PEER-ADDRESS, one DATA
 * and nothing else but SOFTWARE and FINGERPRINT. Undefined for all else, DONT-FRAGMENT above all: that goes up.
 */
export function readSendIndication(bytes: Buffer): SendIndication | undefined {
  if (bytes.length < HEADER_SIZE || bytes.readUInt16BE(0) !== SEND_TYPE) return undefined;
  const message = decodeMessage(bytes);
  if (message instanceof DecodeError || message.malformed !== undefined || !isPlain(bytes)) return undefined;
  const peer = message.get(attributes.xorPeerAddress);
  const data = message.get(attributes.data);
  return peer && data && { peer, data: data as Buffer };
}

/** Of a message whose framing has been checked. */
function isPlain(bytes: Buffer): boolean {
  const seen = { [PEER]: 0, [DATA]: 0 };
  for (let at = HEADER_SIZE; at < bytes.length; at = padded(at + 4 + bytes.readUInt16BE(at + 2))) {
    const type = bytes.readUInt16BE(at);
    // Nothing comes behind it.
    if (type === FINGERPRINT) break;
    if (type === PEER || type === DATA) seen[type]!++;
    else if (type !== SOFTWARE) return false;
  }
  return seen[PEER] === 1 && seen[DATA] === 1;
}
