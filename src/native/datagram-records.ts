import type { TransportAddress } from "#base";
import { addon } from "./addon.ts";

/** DatagramRecord of udp_datagram.h in 32-bit words: offset and length in the slab, then the address. */
export const RECORD = 7;
export const OFFSET = 0;
export const LENGTH = 1;
export const ADDRESS = 2;

/** Address of plane/address.h: 16 bytes, port, and family (0 for the peer of a connected socket). */
export const ADDRESS_WORDS = 5;
/** Whose lower half is the port: this runs on little-endian machines only. */
export const PORT = 4;

/** What is found in one of two places: 2048 pairs. */
const PAIRS = 2048;

const packed = new WeakMap<TransportAddress, Uint32Array | "no address">();

/** The words of an address, made once for each object. Undefined if it is no literal address. */
export function wordsOf(where: TransportAddress): Uint32Array | undefined {
  let words = packed.get(where);
  if (words === undefined) {
    const fresh = new Uint32Array(ADDRESS_WORDS);
    words = addon().packAddress(where.address, where.port, fresh) ? fresh : "no address";
    packed.set(where, words);
  }
  return words === "no address" ? undefined : words;
}

/** The address in words; its text is made anew. */
export function addressOf(words: Uint32Array, at = 0): TransportAddress {
  const own = words.slice(at, at + ADDRESS_WORDS);
  const where = { address: addon().addressText(own), port: own[PORT]! & 0xffff };
  packed.set(where, own);
  return where;
}

/**
 * Senders as objects, the same object for the same sender while it is among the latest ones: text for each packet would cost
 * more than the packet. Bounded: whoever floods from forged addresses costs us text, and no memory.
 */
export class SenderCache {
  readonly #known: (TransportAddress | undefined)[] = new Array(2 * PAIRS).fill(undefined);
  readonly #words = new Uint32Array(2 * PAIRS * ADDRESS_WORDS);
  /** So that nobody can choose addresses that meet in one place. */
  readonly #seed = (Math.random() * 0x1_0000_0000) | 0;

  find(records: Uint32Array, at: number): TransportAddress {
    const first = 2 * this.#pairOf(records, at);
    if (this.#holds(first, records, at)) return this.#known[first]!;
    if (this.#holds(first + 1, records, at)) return this.#known[first + 1]!;
    // The newer one stays.
    this.#known[first + 1] = this.#known[first];
    const place = first * ADDRESS_WORDS;
    this.#words.copyWithin(place + ADDRESS_WORDS, place, place + ADDRESS_WORDS);
    for (let i = 0; i < ADDRESS_WORDS; i++) this.#words[place + i] = records[at + i]!;
    const fresh = addressOf(records, at);
    this.#known[first] = fresh;
    return fresh;
  }

  #pairOf(records: Uint32Array, at: number): number {
    let hash = this.#seed;
    for (let i = 0; i < ADDRESS_WORDS; i++) hash = Math.imul(hash ^ records[at + i]!, 0x85ebca6b) ^ (hash >>> 15);
    return ((hash ^ (hash >>> 16)) >>> 0) % PAIRS;
  }

  #holds(index: number, records: Uint32Array, at: number): boolean {
    const words = this.#words;
    const place = index * ADDRESS_WORDS;
    for (let i = 0; i < ADDRESS_WORDS; i++) if (words[place + i] !== records[at + i]) return false;
    return this.#known[index] !== undefined;
  }
}
