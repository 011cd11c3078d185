import type { MediaPacket } from "./types.ts";

/** The latest packets of one source layer, for retransmission and to know duplicates. Shared by all its subscriptions. */
export class PacketCache {
  readonly #slots: (MediaPacket | undefined)[];
  readonly #mask: number;
  #highest = 0;

  /** `size` is a power of two, in packets. */
  constructor(size: number) {
    this.#slots = new Array(size).fill(undefined);
    this.#mask = size - 1;
  }

  /** False for a packet that is here already, or so late that its place is taken. */
  put(packet: MediaPacket): boolean {
    if (packet.seq <= this.#highest - this.#slots.length) return false;
    const held = this.#slots[packet.seq & this.#mask];
    if (held !== undefined && held.seq >= packet.seq) return false;
    this.#slots[packet.seq & this.#mask] = packet;
    if (packet.seq > this.#highest) this.#highest = packet.seq;
    return true;
  }

  get(seq: number): MediaPacket | undefined {
    const held = this.#slots[seq & this.#mask];
    return held?.seq === seq ? held : undefined;
  }
}
