import type { Clock } from "./clock.ts";
import { RateLimit } from "./rate-limit.ts";

interface UnderWay {
  count: number;
  /** Whoever would be one too many only because of these, first come first served. */
  readonly waiting: (() => void)[];
}

/**
 * At most `limit` failed tries for one key in any `windowMs`. A try counts while it is under way, so that guesses at the same
 * time are no way round; but a crowd whose tries are good waits for its turn and is never taken for a guesser.
 */
export class TryLimit {
  readonly #failures: RateLimit;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#failures = new RateLimit(limit, windowMs, clock);
  }

  /** Resolves with 0 when the try may be made, and then `end` must be called; else with the seconds until one may. */
  async begin(key: string): Promise<number> {
    for (;;) {
      const seconds = this.#failures.take(key);
      const underWay = this.#underWay.get(key);
      if (seconds === 0) {
        if (underWay) underWay.count++;
        else this.#underWay.set(key, { count: 1, waiting: [] });
        return 0;
      }
      if (!underWay) return seconds;
      await new Promise<void>((resolve) => underWay.waiting.push(resolve));
    }
  }

  /** A failed try goes on counting for the rest of its window. */
  end(key: string, how: "good" | "failed"): void {
    if (how === "good") this.#failures.giveBack(key);
    const underWay = this.#underWay.get(key);
    if (!underWay) return;
    underWay.count--;
    if (underWay.count === 0) this.#underWay.delete(key);
    // The last one leaves nobody behind; otherwise one place is free at most.
    const next = underWay.count === 0 ? underWay.waiting.splice(0) : underWay.waiting.splice(0, 1);
    for (const resolve of next) resolve();
  }
}
