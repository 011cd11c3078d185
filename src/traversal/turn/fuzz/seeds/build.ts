import { type Attribute, attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { Peer } from "../references.ts";
import { encodeStep, Flag, Kind, type Step } from "../steps.ts";

/** A sequence to begin with, and what it must lead to, so that a change of the harness cannot take it out of reach. */
export interface Seed {
  readonly leadsTo: readonly string[];
  readonly steps: readonly Buffer[];
}

let transaction = 0;

/** Transactions are counted within a seed, so that no seed changes with another. */
export function seed(leadsTo: readonly string[], steps: () => readonly Buffer[]): Seed {
  transaction = 0;
  return { leadsTo, steps: steps() };
}

/** Who signs; see accounts.ts. */
export const [ANNA, BRIDGE, GUEST, SHORT_BRIDGE, RENEWED, WRONG, EXPIRED, OLD_SECRET] = [0, 1, 2, 3, 4, 5, 6, 7];
/** Which client; see clients.ts. */
export const [UDP, UDP_BESIDE, UDP_AWAY, UDP6, TCP, TLS, TCP6] = [0, 1, 2, 3, 5, 6, 7];

export const raw = (type: number, value: readonly number[]): Attribute => ({
  type,
  encode: () => Uint8Array.from(value),
});
const { xorPeerAddress, mobilityTicket } = attributes;
export const peer = (address: string, port = 53) => attribute(xorPeerAddress, { address, port });
export const relayOf = (back: number, form: number = Peer.relayed) => raw(xorPeerAddress.type, [form, back, 0, 0]);
export const ticket = (back: number) => raw(mobilityTicket.type, [back]);
export const channel = (number: number) => attribute(attributes.channelNumber, number);
export const lifetime = (seconds: number) => attribute(attributes.lifetime, seconds);
export const family = (number: number) => attribute(attributes.requestedAddressFamily, number);
export const dual = attribute(attributes.additionalAddressFamily, 2);
export const even = (reserve: boolean) => attribute(attributes.evenPort, reserve);
export const data = raw(attributes.data.type, [1, 2, 3]);
export const whole = attribute(attributes.dontFragment, true);

function message(method: number, list: readonly Attribute[], kind: number = MessageClass.request): Buffer {
  const transactionId = Buffer.alloc(12);
  transactionId.writeUInt32BE(++transaction, 8);
  return encodeMessage({ method, class: kind, transactionId, attributes: list });
}

function step(kind: number, client: number, bytes: Buffer, more: Partial<Step> = {}): Buffer {
  return encodeStep({ kind, client, bytes, flags: 0, account: 0, nonce: 0, ...more });
}

type More = Partial<Pick<Step, "flags" | "nonce">>;
export const ask = (
  method: number,
  client: number,
  account: number,
  list: readonly Attribute[] = [],
  more: More = {},
) => step(Kind.signed, client, message(method, list), { account, ...more });
export const allocate = (client: number, account: number, list: readonly Attribute[] = [], more: More = {}) =>
  ask(Method.allocate, client, account, [attribute(attributes.requestedTransport, 17), ...list], more);
export const allocateTcp = (client: number, account: number, list: readonly Attribute[] = []) =>
  ask(Method.allocate, client, account, [attribute(attributes.requestedTransport, 6), ...list]);
export const refresh = (client: number, account: number, list: readonly Attribute[] = [], more: More = {}) =>
  ask(Method.refresh, client, account, list, more);
export const permit = (client: number, account: number, ...peers: readonly Attribute[]) =>
  ask(Method.createPermission, client, account, peers);
export const bind = (client: number, account: number, number: number, where: Attribute) =>
  ask(Method.channelBind, client, account, [channel(number), where]);
export const send = (client: number, ...list: readonly Attribute[]) =>
  step(Kind.raw, client, message(Method.send, list, MessageClass.indication));
export const bytes = (client: number, ...list: readonly number[]) => step(Kind.raw, client, Buffer.from(list));
export const seconds = (count: number) => step(Kind.time, 0, Buffer.of((count * 20) >> 8, (count * 20) & 255));
export const configure = (first: number, second = 0) => step(Kind.configure, 0, Buffer.of(first, second));
export const plane = (what: number, byte = 0) => step(Kind.plane, 0, Buffer.of(what, byte));
export const drain = step(Kind.drain, 0, Buffer.alloc(0));
export const gone = (client: number) => step(Kind.gone, client, Buffer.alloc(0));
export const end = (which: number) => step(Kind.end, 0, Buffer.of(which));
export const unsigned = (client: number, method: number, ...list: readonly Attribute[]) =>
  step(Kind.raw, client, message(method, list));
export const hurry = { flags: Flag.hurry };
