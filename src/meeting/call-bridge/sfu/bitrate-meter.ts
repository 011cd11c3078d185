const WINDOW_US = 500_000;

/** Bits per second over the last half to whole second. */
export class BitrateMeter {
  #windowStartUs = 0;
  #bytes = 0;
  #rate = 0;

  add(bytes: number, nowUs: number): void {
    this.#roll(nowUs);
    this.#bytes += bytes;
  }

  rate(nowUs: number): number {
    this.#roll(nowUs);
    return this.#rate;
  }

  #roll(nowUs: number): void {
    const elapsed = nowUs - this.#windowStartUs;
    if (elapsed < WINDOW_US) return;
    const rate = (this.#bytes * 8e6) / elapsed;
    // After a pause the old value says nothing.
    this.#rate = elapsed > 4 * WINDOW_US || this.#rate === 0 ? rate : (this.#rate + rate) / 2;
    this.#bytes = 0;
    this.#windowStartUs = nowUs;
  }
}
