import type { TransportAddress } from "#base";
import { type Attribute, attributes } from "#stun";
import type { RawAttribute } from "./messages.ts";

/** What an input cannot name, since the server makes it up while it runs. The newest ones stand last. */
export interface Known {
  readonly realm: string;
  /** Of some other client. */
  readonly foreignNonce: string | undefined;
  readonly relayed: readonly TransportAddress[];
  readonly bound: readonly TransportAddress[];
  readonly tickets: readonly Buffer[];
  readonly tokens: readonly Buffer[];
  readonly connectionIds: readonly number[];
}

/** An XOR-PEER-ADDRESS of four bytes, which none can have, refers to an address: what, and counted from the newest, which. */
export const Peer = {
  relayed: 0xa0,
  bound: 0xa1,
  mapped: 0xa2,
  isatap: 0xa3,
  otherPort: 0xa4,
  sixToFour: 0xa5,
} as const;

type Resolver = (value: Buffer, known: Known, transactionId: Uint8Array) => Uint8Array | undefined;

const RESOLVERS = new Map<number, Resolver>([
  [attributes.xorPeerAddress.type, peer],
  [attributes.mobilityTicket.type, (value, { tickets }) => single(tickets, value)],
  [attributes.reservationToken.type, (value, { tokens }) => single(tokens, value)],
  [attributes.connectionId.type, connectionId],
]);

/** What refers to something becomes it; the rest stays as it is. */
export function resolve(list: readonly RawAttribute[], known: Known): readonly Attribute[] {
  return list.map(({ type, value }) => ({
    type,
    encode: (transactionId) => RESOLVERS.get(type)?.(value, known, transactionId) ?? value,
  }));
}

/** Does anything in it refer to what only the run knows? */
export function refers(list: readonly RawAttribute[]): boolean {
  return list.some(({ type, value }) => RESOLVERS.has(type) && (value.length === 1 || value.length === 4));
}

function peer(value: Buffer, { relayed, bound }: Known, transactionId: Uint8Array): Uint8Array | undefined {
  const [kind, back] = [value[0]!, value[1]!];
  const where = nth(kind === Peer.bound ? bound : relayed, back);
  const address = value.length === 4 && where ? variant(kind, where) : undefined;
  return address && attributes.xorPeerAddress.encode(address, transactionId);
}

/** The other forms reach the same IPv4 address, or say that they would (RFC 4291 2.5.5, RFC 5214, RFC 3056). */
function variant(kind: number, where: TransportAddress): TransportAddress | undefined {
  const { address, port } = where;
  if (kind === Peer.relayed || kind === Peer.bound) return where;
  if (kind === Peer.otherPort) return { address, port: port ^ 1 };
  if (address.includes(":")) return undefined;
  const hex = Buffer.from(address.split(".").map(Number)).toString("hex");
  const [high, low] = [hex.slice(0, 4), hex.slice(4)];
  if (kind === Peer.mapped) return { address: `::ffff:${high}:${low}`, port };
  if (kind === Peer.isatap) return { address: `2600:9000::5efe:${high}:${low}`, port };
  return kind === Peer.sixToFour ? { address: `2002:${high}:${low}::1`, port } : undefined;
}

function connectionId(value: Buffer, { connectionIds }: Known, transactionId: Uint8Array): Uint8Array | undefined {
  const id = single(connectionIds, value);
  return id === undefined ? undefined : attributes.connectionId.encode(id, transactionId);
}

/** What a value of one byte refers to. */
function single<T>(list: readonly T[], value: Buffer): T | undefined {
  return value.length === 1 ? nth(list, value[0]!) : undefined;
}

/** Counted from the newest. */
function nth<T>(list: readonly T[], back: number): T | undefined {
  return list.length === 0 ? undefined : list[list.length - 1 - (back % list.length)];
}
