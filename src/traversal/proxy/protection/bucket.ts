/** So many a second, and after a pause so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket. It starts full; its rate is an argument, so that a changed rate holds at once. */
export class Bucket {
  #tokens = Number.POSITIVE_INFINITY;
  #atMs = 0;

  /** Takes a token and returns 0, or returns the whole seconds, at least 1, until there is one. */
  take({ perSecond, burst }: Rate, nowMs: number): number {
    // A clock that was set back gains and loses nothing.
    const passed = Math.max(0, nowMs - this.#atMs);
    this.#atMs = nowMs;
    this.#tokens = Math.min(burst, this.#tokens + (passed * perSecond) / 1000);
    if (this.#tokens < 1) return Math.max(1, Math.ceil((1 - this.#tokens) / perSecond));
    this.#tokens--;
    return 0;
  }
}
