import type { TransportAddress } from "#base";
import { ADDRESS, ADDRESS_WORDS, LENGTH, OFFSET, RECORD, wordsOf } from "./datagram-records.ts";

/** The largest UDP payload. */
const MAX_LENGTH = 65_535;

/** Packets that wait to be sent, copied into one slab, so that one call can take them all. */
export class PacketQueue {
  /** Memory that no packet has reached is never touched. */
  readonly slab: Buffer;
  readonly records: Uint32Array;
  count = 0;
  #used = 0;

  constructor(bytes: number, packets: number) {
    this.slab = Buffer.allocUnsafeSlow(bytes);
    this.records = new Uint32Array(packets * RECORD);
  }

  /** Without `to` for the peer of a connected socket. False if there is no room, or `to` is no literal address. */
  add(bytes: Uint8Array, start: number, to: TransportAddress | undefined): boolean {
    const at = this.count * RECORD;
    const { records, slab } = this;
    if (at === records.length || this.#used + bytes.length > slab.length || bytes.length > MAX_LENGTH) return false;
    const words = to && wordsOf(to);
    if (to && !words) return false;
    // All of it, since a view without its start would be an object more for each packet.
    slab.set(bytes, this.#used);
    records[at + OFFSET] = this.#used + start;
    records[at + LENGTH] = bytes.length - start;
    if (words) for (let i = 0; i < ADDRESS_WORDS; i++) records[at + ADDRESS + i] = words[i]!;
    this.#used += bytes.length;
    this.count++;
    return true;
  }

  /** The first `remaining` records are still to be sent. Their bytes stay where they are until all have gone. */
  sent(remaining: number): void {
    this.count = remaining;
    if (remaining === 0) this.#used = 0;
  }
}
