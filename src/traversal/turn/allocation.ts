import type { Duplex } from "node:stream";
import { addressKey, canonicalAddress, sourceNetwork, type TransportAddress } from "#base";
import type { ClientPath, RelayCounters } from "#packet-plane";
import type { Attribute } from "#stun";
import type { User } from "./credentials.ts";
import type { Family } from "./family.ts";
import type { Request } from "./state.ts";
import type { TurnTransport } from "./status.ts";
import { Tally } from "./tally.ts";
import type { TcpRelay } from "./tcp-relay/index.ts";

/** One side of a 5-tuple; the other is the listener behind `path`. */
export interface Client {
  readonly path: ClientPath;
  readonly transport: TurnTransport;
  readonly address: TransportAddress;
  /** The family of the listener's address. */
  readonly family: Family;
  /** Differs for each 5-tuple. */
  readonly key: string;
  /** Of TCP and TLS: ends the framing, for the data connection of RFC 6062. `head` is what came behind the last message. */
  readonly stream?: { detach(): { readonly socket: Duplex; readonly head: Buffer } };
}

export interface Channel {
  readonly peer: TransportAddress;
  /** `addressKey` of the peer, and of where packets to it come out: an IPv4 address may hide in that of the peer. */
  readonly key: string;
  readonly reaches: string;
  until: number;
}

/** A relayed transport address (RFC 8656 3.2): one, or with a dual allocation one of each family. */
export interface Relay {
  /** Of the packet plane. */
  readonly id: number;
  readonly family: Family;
  readonly bound: TransportAddress;
  /** XOR-RELAYED-ADDRESS: what peers see. */
  readonly relayed: TransportAddress;
  expiresAt: number;
}

/** RFC 8656 3.2. Times in milliseconds since 1970. */
export interface Allocation {
  readonly id: number;
  client: Client;
  readonly user: User;
  /** Opening until its sockets are bound; ended allocations are in no table. */
  state: "opening" | "open" | "ended";
  relays: readonly Relay[];
  readonly createdAt: number;
  /** By IP address: until when. */
  permissions: ReadonlyMap<string, number>;
  channels: ReadonlyMap<number, Channel>;
  /** Those with a channel to its relays, and to whose relays it has had a channel. */
  neighbours: Set<Allocation> | undefined;
  /** The Allocate that made it, so that its retransmission gets the same answer (RFC 8656 7.2). */
  readonly transactionId: string;
  answer: readonly Attribute[];
  /** Of relays that ended before the allocation. */
  past: RelayCounters | undefined;
  readonly requests: Tally;
  readonly responses: Tally;
  /** Peers refused so far; the first ones are logged. */
  refusals: number;
  /** New peers that it may still have now, and when that was counted. */
  peerAllowance: { left: number; at: number };
  /** Relay of RFC 6062; `relays` has its address then, and the packet plane knows nothing of it. */
  tcp: TcpRelay | undefined;
  /** RFC 8016: what lets it move to another 5-tuple. */
  ticket: string | undefined;
}

let nextId = 1;

/** Shared by all that have none yet: thousands of allocations wait for their first. */
const NO_PERMISSIONS: ReadonlyMap<string, number> = new Map();
const NO_CHANNELS: ReadonlyMap<number, Channel> = new Map();

/** In no table yet, and without a relay. */
export function newAllocation({ client, proof, message, now }: Request): Allocation {
  return {
    id: nextId++,
    client,
    user: proof.user,
    state: "opening",
    relays: [],
    createdAt: now,
    permissions: NO_PERMISSIONS,
    channels: NO_CHANNELS,
    neighbours: undefined,
    transactionId: message.transactionId.toString("hex"),
    answer: [],
    past: undefined,
    requests: new Tally(),
    responses: new Tally(),
    refusals: 0,
    peerAllowance: { left: Number.POSITIVE_INFINITY, at: now },
    tcp: undefined,
    ticket: undefined,
  };
}

export function setPermission(allocation: Allocation, address: string, until: number): void {
  if (allocation.permissions === NO_PERMISSIONS) allocation.permissions = new Map();
  (allocation.permissions as Map<string, number>).set(address, until);
}

export function dropPermission({ permissions }: Allocation, address: string): void {
  if (permissions !== NO_PERMISSIONS) (permissions as Map<string, number>).delete(address);
}

export function setChannel(allocation: Allocation, number: number, peer: TransportAddress, until: number): void {
  if (allocation.channels === NO_CHANNELS) allocation.channels = new Map();
  const reaches = addressKey({ address: canonicalAddress(peer.address) ?? peer.address, port: peer.port });
  (allocation.channels as Map<number, Channel>).set(number, { peer, key: addressKey(peer), reaches, until });
}

export function dropChannel({ channels }: Allocation, number: number): void {
  if (channels !== NO_CHANNELS) (channels as Map<number, Channel>).delete(number);
}

/** All allocations, by 5-tuple and by relayed address. */
export class Allocations implements Iterable<Allocation> {
  readonly #all = new Map<number, Allocation>();
  readonly #byClient = new Map<string, Allocation>();
  readonly #byRelay = new Map<string, Allocation>();
  readonly #byUser = new Map<string, number>();
  readonly #bySource = new Map<string, number>();

  get size(): number {
    return this.#all.size;
  }

  of(client: Client): Allocation | undefined {
    return this.#byClient.get(client.key);
  }

  byId(id: number): Allocation | undefined {
    return this.#all.get(id);
  }

  heldBy(user: User): number {
    return this.#byUser.get(userKey(user)) ?? 0;
  }

  heldOverUdp(user: User): boolean {
    for (const { client, user: holder, state } of this.#all.values())
      if (holder.id === user.id && holder.role === user.role && state === "open" && client.transport === "udp")
        return true;
    return false;
  }

  heldFrom(address: string): number {
    return this.#bySource.get(sourceNetwork(address)) ?? 0;
  }

  relayHolder(where: TransportAddress): Allocation | undefined {
    return this.#byRelay.get(addressKey(where));
  }

  /** To be called when a channel is bound: the end of the one matters to the other. */
  tie(allocation: Allocation, { reaches }: Channel): void {
    const holder = this.#byRelay.get(reaches);
    if (!holder || holder === allocation) return;
    allocation.neighbours ??= new Set();
    allocation.neighbours.add(holder);
    holder.neighbours ??= new Set();
    holder.neighbours.add(allocation);
  }

  add(allocation: Allocation): void {
    this.#all.set(allocation.id, allocation);
    this.#byClient.set(allocation.client.key, allocation);
    count(this.#byUser, userKey(allocation.user), 1);
    count(this.#bySource, sourceNetwork(allocation.client.address.address), 1);
  }

  /** To be found by its relayed addresses from now on. */
  opened(allocation: Allocation): void {
    allocation.state = "open";
    for (const relay of allocation.relays) for (const key of relayKeys(relay)) this.#byRelay.set(key, allocation);
  }

  /** Found by this 5-tuple too (RFC 8016). */
  addClient(allocation: Allocation, client: Client): void {
    this.#byClient.set(client.key, allocation);
  }

  /** Found by `client` only. */
  move(allocation: Allocation, client: Client): void {
    this.forgetClient(allocation, allocation.client);
    count(this.#bySource, sourceNetwork(allocation.client.address.address), -1);
    count(this.#bySource, sourceNetwork(client.address.address), 1);
    allocation.client = client;
    this.#byClient.set(client.key, allocation);
  }

  forgetClient(allocation: Allocation, client: Client): void {
    if (this.#byClient.get(client.key) === allocation) this.#byClient.delete(client.key);
  }

  forgetRelay(allocation: Allocation, relay: Relay): void {
    allocation.relays = allocation.relays.filter((other) => other !== relay);
    for (const key of relayKeys(relay)) if (this.#byRelay.get(key) === allocation) this.#byRelay.delete(key);
  }

  remove(allocation: Allocation): void {
    if (allocation.state === "ended") return;
    allocation.state = "ended";
    this.#all.delete(allocation.id);
    this.forgetClient(allocation, allocation.client);
    for (const relay of allocation.relays)
      for (const key of relayKeys(relay)) if (this.#byRelay.get(key) === allocation) this.#byRelay.delete(key);
    count(this.#byUser, userKey(allocation.user), -1);
    count(this.#bySource, sourceNetwork(allocation.client.address.address), -1);
  }

  [Symbol.iterator](): Iterator<Allocation> {
    return this.#all.values();
  }
}

export function relayKeys({ bound, relayed }: Pick<Relay, "bound" | "relayed">): string[] {
  return [addressKey(bound), addressKey(relayed)];
}

/** Two roles may have users of one name. */
export function userKey(user: User): string {
  return `${user.role}:${user.id}`;
}

function count(table: Map<string, number>, key: string, by: 1 | -1): void {
  const left = (table.get(key) ?? 0) + by;
  if (left > 0) table.set(key, left);
  else table.delete(key);
}
