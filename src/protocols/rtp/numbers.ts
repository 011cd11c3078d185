/** Signed distance from `from` to `to` in 16-bit serial arithmetic (RFC 3550 A.1): -32768 to 32767. */
export function distance16(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Signed distance from `from` to `to` for 32-bit RTP timestamps. */
export function distance32(from: number, to: number): number {
  return (to - from) | 0;
}

/** Turns wrapping 16-bit numbers into ever growing ones, by distance to the highest seen. */
export class Unwrapper16 {
  #highest: number | undefined;

  /** The highest number so far, or undefined before the first. */
  get highest(): number | undefined {
    return this.#highest;
  }

  /** Starts at 65536 + the first number, so that what comes late before it stays positive. */
  unwrap(value: number): number {
    const whole = this.peek(value);
    if (this.#highest === undefined || whole > this.#highest) this.#highest = whole;
    return whole;
  }

  /** As `unwrap`, for a number that is only referred to, and so is no news about the highest. */
  peek(value: number): number {
    if (this.#highest === undefined) return 0x10000 + value;
    return this.#highest + distance16(this.#highest & 0xffff, value);
  }
}
