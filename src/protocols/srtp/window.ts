/**
 * Which indexes of one source have been used (RFC 3711 3.3.2): those more than `SIZE` behind the highest count as used.
 * Retransmissions over a slow path come late, hence more than the 64 that the RFC asks for at least.
 */
export class IndexWindow {
  static readonly SIZE = 1024;
  #highest = -1;
  readonly #used = new Uint32Array(IndexWindow.SIZE / 32);

  /** The highest index so far, -1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  isUsed(index: number): boolean {
    if (index > this.#highest) return false;
    if (index <= this.#highest - IndexWindow.SIZE) return true;
    const bit = index % IndexWindow.SIZE;
    return (this.#used[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }

  use(index: number): void {
    if (index > this.#highest) this.#advance(index);
    const bit = index % IndexWindow.SIZE;
    this.#used[bit >>> 5]! |= 1 << (bit & 31);
  }

  /** Forgets the bits that the indexes up to the new highest take over. */
  #advance(to: number): void {
    if (to - this.#highest >= IndexWindow.SIZE) this.#used.fill(0);
    else
      for (let index = this.#highest + 1; index < to + 1; index++) {
        const bit = index % IndexWindow.SIZE;
        this.#used[bit >>> 5]! &= ~(1 << (bit & 31));
      }
    this.#highest = to;
  }
}

/**
 * The index of an RTP packet from its sequence number: the one nearest to the highest (RFC 3711 3.3.1, appendix A).
 * Before the first packet the rollover counter is 0.
 */
export function estimateIndex(highest: number, sequence: number): number {
  if (highest < 0) return sequence;
  const last = highest % 0x10000;
  const sameRollover = highest - last + sequence;
  if (sequence - last > 0x8000 && sameRollover >= 0x10000) return sameRollover - 0x10000;
  return last - sequence > 0x8000 ? sameRollover + 0x10000 : sameRollover;
}
