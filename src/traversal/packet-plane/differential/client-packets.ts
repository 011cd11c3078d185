import type { TransportAddress } from "#base";
import { type Attribute, attribute, attributes, encodeChannelData, encodeMessage, MessageClass, Method } from "#stun";
import type { ClientAction } from "./steps.ts";

type Make = (action: ClientAction, peer: TransportAddress, data: Buffer) => Buffer;

const channelData: Make = ({ channel }, _, data) => encodeChannelData(channel, data);
const send: Make = (_, peer, data) => sendIndication(peer, data);

/** Right ones more often than others. */
const FLAVOURS: readonly Make[] = [
  channelData,
  channelData,
  channelData,
  channelData,
  ({ channel }, _, data) => encodeChannelData(channel, data, true),
  (action, peer, data) => Buffer.concat([channelData(action, peer, data), Buffer.alloc(1 + (action.damage % 7), 1)]),
  (action, peer, data) => withLength(channelData(action, peer, data), data.length + 1 + action.damage),
  (action, peer, data) => withLength(channelData(action, peer, data), data.length >> 1),
  send,
  send,
  send,
  (_, peer, data) => sendIndication(peer, data, [attribute(attributes.software, "a client")]),
  (_, peer, data) => sendIndication(peer, data, [], true),
  (_, peer, data) => sendIndication(peer, data, [attribute(attributes.software, "a client")], true),
  (_, peer, data) => sendIndication(peer, data, [attribute(attributes.dontFragment, true)]),
  (_, peer, data) => sendIndication(peer, data, [attribute(attributes.priority, 1)]),
  (_, peer, data) => sendIndication(peer, data, [{ type: 0xfff0, encode: () => Buffer.from("x") }]),
  (_, peer, data) => sendIndication(peer, data, [attribute(attributes.xorPeerAddress, peer)]),
  ({ damage }, peer, data) => damaged(sendIndication(peer, data, [], damage % 2 === 0), damage),
  ({ damage }, peer, data) => sendIndication(peer, data).subarray(0, 4 * (damage % 12)),
  (_, _peer, data) => Buffer.concat([Buffer.from([0xff]), data]),
  () => Buffer.alloc(0),
  () => encodeMessage({ method: Method.binding, class: MessageClass.request, transactionId: TRANSACTION_ID }),
];

const TRANSACTION_ID = Buffer.from("0123456789ab");

/** A packet of a client, right or wrong in one of many ways. */
export function clientPacket(action: ClientAction, peer: TransportAddress, data: Buffer): Buffer {
  return FLAVOURS[action.flavour % FLAVOURS.length]!(action, peer, data);
}

/** The way that it is wrong. */
export function flavourOf({ flavour }: ClientAction): number {
  return flavour % FLAVOURS.length;
}

function sendIndication(peer: TransportAddress, data: Buffer, more: Attribute[] = [], fingerprint = false): Buffer {
  const list = [...more, attribute(attributes.xorPeerAddress, peer), attribute(attributes.data, data)];
  const message = { method: Method.send, class: MessageClass.indication, transactionId: TRANSACTION_ID };
  return encodeMessage({ ...message, attributes: list }, { fingerprint });
}

function withLength(bytes: Buffer, length: number): Buffer {
  bytes.writeUInt16BE(length & 0xffff, 2);
  return bytes;
}

/** In its header, or in the head of an attribute, but never where the peer's address and port are: those differ from plane to plane. */
function damaged(bytes: Buffer, at: number): Buffer {
  const places = [0, 1, 2, 3, 4, 7, 20, 21, 22, 23, 24, 25];
  bytes[places[at % places.length]!]! ^= 1 << (at % 7);
  return bytes;
}
