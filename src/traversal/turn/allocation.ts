import { addressKey, type TransportAddress } from "#base";
import type { ClientPath } from "#packet-plane";
import type { Attribute } from "#stun";
import type { User } from "./credentials.ts";
import type { TurnRole } from "./options.ts";

/** One side of a 5-tuple; the other is the listener behind `path`. */
export interface Client {
  readonly path: ClientPath;
  readonly transport: "udp" | "tcp";
  readonly address: TransportAddress;
  /** Differs for each 5-tuple. */
  readonly key: string;
}

export interface Channel {
  readonly peer: TransportAddress;
  until: number;
}

/** RFC 8656 3.2. Times in milliseconds since 1970. */
export interface Allocation {
  readonly id: number;
  readonly client: Client;
  readonly user: User;
  /** Opening until its socket is bound; ended allocations are in no table. */
  state: "opening" | "open" | "ended";
  bound: TransportAddress;
  /** XOR-RELAYED-ADDRESS: what peers see. */
  relayed: TransportAddress;
  readonly createdAt: number;
  expiresAt: number;
  /** By IP address: until when. */
  readonly permissions: Map<string, number>;
  readonly channels: Map<number, Channel>;
  /** The Allocate that made it, so that its retransmission gets the same answer (RFC 8656 7.2). */
  readonly transactionId: string;
  answer: readonly Attribute[];
  /** Peers refused so far; the first ones are logged. */
  refusals: number;
}

/** All allocations, by 5-tuple and by relayed address. */
export class Allocations implements Iterable<Allocation> {
  readonly #byClient = new Map<string, Allocation>();
  readonly #byRelay = new Map<string, Allocation>();
  readonly #byUser = new Map<string, number>();

  get size(): number {
    return this.#byClient.size;
  }

  of(client: Client): Allocation | undefined {
    return this.#byClient.get(client.key);
  }

  heldBy(user: User): number {
    return this.#byUser.get(userKey(user)) ?? 0;
  }

  relayHolder(where: TransportAddress): TurnRole | undefined {
    return this.#byRelay.get(addressKey(where))?.user.role;
  }

  add(allocation: Allocation): void {
    this.#byClient.set(allocation.client.key, allocation);
    this.#byUser.set(userKey(allocation.user), this.heldBy(allocation.user) + 1);
  }

  /** To be found by its relayed address from now on. */
  opened(allocation: Allocation): void {
    allocation.state = "open";
    for (const key of relayKeys(allocation)) this.#byRelay.set(key, allocation);
  }

  remove(allocation: Allocation): void {
    if (allocation.state === "ended") return;
    allocation.state = "ended";
    this.#byClient.delete(allocation.client.key);
    for (const key of relayKeys(allocation)) if (this.#byRelay.get(key) === allocation) this.#byRelay.delete(key);
    const left = this.heldBy(allocation.user) - 1;
    if (left > 0) this.#byUser.set(userKey(allocation.user), left);
    else this.#byUser.delete(userKey(allocation.user));
  }

  [Symbol.iterator](): Iterator<Allocation> {
    return this.#byClient.values();
  }
}

export function relayKeys({ bound, relayed }: Allocation): string[] {
  return [addressKey(bound), addressKey(relayed)];
}

export function userKey(user: User): string {
  return `${user.role}:${user.id}`;
}
