import type { Clock } from "./clock.ts";

/** Keys that are remembered at once; the oldest are forgotten first, so that nobody can fill the memory. */
const MAX_KEYS = 20_000;

/** At most `limit` events for one key in any `windowMs`. */
export class RateLimit {
  readonly #events = new Map<string, number[]>();
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Counts an event and returns 0, or returns the seconds until another one may happen. */
  take(key: string): number {
    const now = this.#clock.now();
    const recent = this.#recent(key, now);
    if (recent.length >= this.#limit) return Math.max(1, Math.ceil((recent[0]! + this.#windowMs - now) / 1000));
    this.#events.delete(key);
    this.#events.set(key, [...recent, now]);
    if (this.#events.size > MAX_KEYS) this.#events.delete(this.#events.keys().next().value!);
    return 0;
  }

  /** Takes the latest event back: it was none that counts. */
  giveBack(key: string): void {
    const events = this.#events.get(key);
    events?.pop();
    if (events?.length === 0) this.#events.delete(key);
  }

  #recent(key: string, now: number): number[] {
    return (this.#events.get(key) ?? []).filter((at) => at > now - this.#windowMs);
  }
}
