import type { RelayLimits } from "../contract.ts";

const SECOND_US = 1_000_000;

/** Two token buckets, for packets and for bits. Each holds one second's worth, is full at first, and fills all the time. */
export class RateLimit {
  readonly #limits: RelayLimits;
  #packets: number;
  #bits: number;
  #filledAtUs: number;

  constructor(limits: RelayLimits, nowUs: number) {
    this.#limits = limits;
    this.#packets = limits.packetsPerSecond;
    this.#bits = limits.bitsPerSecond;
    this.#filledAtUs = nowUs;
  }

  /** True if a packet with `bytes` of payload may pass. One that may not takes nothing. */
  take(bytes: number, nowUs: number): boolean {
    this.#fill(nowUs);
    const bits = bytes * 8;
    if (this.#packets < 1 || this.#bits < bits) return false;
    this.#packets -= 1;
    this.#bits -= bits;
    return true;
  }

  #fill(nowUs: number): void {
    const seconds = (nowUs - this.#filledAtUs) / SECOND_US;
    const { packetsPerSecond, bitsPerSecond } = this.#limits;
    this.#packets = Math.min(packetsPerSecond, this.#packets + seconds * packetsPerSecond);
    this.#bits = Math.min(bitsPerSecond, this.#bits + seconds * bitsPerSecond);
    this.#filledAtUs = nowUs;
  }
}
