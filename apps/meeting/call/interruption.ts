import { type Signal, signal } from "@preact/signals";
import type { Failure } from "../model/failure.ts";
import { mayPass, PATIENCE, pauseBefore } from "../model/interruption.ts";
import { Attempt, type Outcome } from "./attempt.ts";

/** A way in that is interrupted: the join is tried again and again, for as long as that may help. */
export class Interruption {
  /** Of the newest try that has failed. */
  readonly failure: Signal<Failure>;
  readonly attempt: Signal<Attempt>;
  readonly traceId: string;
  readonly #until = performance.now() + PATIENCE;
  readonly #abort = new AbortController();
  #wake = () => {};

  constructor(failure: Failure, attempt: Attempt) {
    this.failure = signal(failure);
    this.attempt = signal(attempt);
    this.traceId = attempt.traceId;
  }

  /** Does not wait for the next try's time. */
  now(): void {
    this.#wake();
  }

  cancel(): void {
    this.#abort.abort();
    this.attempt.value.cancel();
    this.#wake();
  }

  /** Resolves with the first try that is no interruption, or the last one. */
  async run(tryOnce: (attempt: Attempt) => Promise<Outcome>): Promise<Outcome> {
    for (let tries = 0; ; tries++) {
      await this.#pause(pauseBefore(tries, Math.random()));
      if (this.#abort.signal.aborted) return { outcome: "cancelled" };
      // Under one trace: it is one join.
      this.attempt.value = new Attempt(undefined, this.traceId);
      const result = await tryOnce(this.attempt.value);
      if (result.outcome !== "failed") return result;
      if (!mayPass(result.failure) || performance.now() > this.#until) return result;
      this.failure.value = result.failure;
    }
  }

  /** Ends early when the network is back. */
  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    addEventListener("online", this.#wake, { once: true });
    await promise;
    clearTimeout(timer);
    removeEventListener("online", this.#wake);
  }
}
