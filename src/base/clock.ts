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

/** A wall clock that is set by less than this is not worth another date, ms. */
const SAME_MS = 1000;

/**
 * Milliseconds since 1970 as they were at first, and even from then on: for lifetimes and times between tries, which must
 * not end or last for hours because somebody sets the machine's clock. Not for dates that others have written.
 */
export class SteadyClock implements Clock {
  readonly #wall: Clock;
  readonly #startMs: number;
  constructor(wall: Clock) {
    this.#wall = wall;
    this.#startMs = wall.now() - wall.monotonicUs() / 1000;
  }
  now(): number {
    return Math.round(this.#startMs + this.#wall.monotonicUs() / 1000);
  }
  monotonicUs(): number {
    return this.#wall.monotonicUs();
  }
  /** A moment of this clock as the wall clock has it now, for people. */
  date(ms: number): number {
    const set = this.#wall.now() - this.now();
    return Math.abs(set) < SAME_MS ? ms : ms + set;
  }
}

/** A clock that stands still until told. */
export class ManualClock implements Clock {
  #ms: number;
  #setBy = 0;
  constructor(startMs = 1_700_000_000_000) {
    this.#ms = startMs;
  }
  now(): number {
    return this.#ms + this.#setBy;
  }
  monotonicUs(): number {
    return this.#ms * 1000;
  }
  advance(ms: number): void {
    this.#ms += ms;
  }
  /** As an administrator or NTP sets it: time does not pass. */
  set(ms: number): void {
    this.#setBy += ms - this.now();
  }
}
