/** Time as an argument, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Microseconds from an arbitrary start; never goes back. */
  monotonicUs(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicUs: () => Number(process.hrtime.bigint() / 1000n),
};

/** A clock that stands still until told. */
export class ManualClock implements Clock {
  #ms: number;
  constructor(startMs = 1_700_000_000_000) {
    this.#ms = startMs;
  }
  now(): number {
    return this.#ms;
  }
  monotonicUs(): number {
    return this.#ms * 1000;
  }
  advance(ms: number): void {
    this.#ms += ms;
  }
}
