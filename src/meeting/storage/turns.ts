import type { Scope } from "#base";

/** Lets one run at a time, in the order in which they came. Who waits longer than `maxWaitMs` is turned away. */
export class Turns {
  readonly #scope: Scope;
  readonly #maxWaitMs: number;
  #last: Promise<unknown> = Promise.resolve();

  constructor(scope: Scope, maxWaitMs: number) {
    this.#scope = scope;
    this.#maxWaitMs = maxWaitMs;
  }

  take<T>(run: () => Promise<T>): Promise<T> {
    let gaveUp = false;
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const timer = this.#scope.after(this.#maxWaitMs, () => {
      gaveUp = true;
      reject(new Error(`others have been writing for ${this.#maxWaitMs} ms`));
    });
    const mine = this.#last.then(() => {
      timer.cancel();
      if (gaveUp) throw new Error("gave up waiting");
      return run();
    });
    this.#last = mine.catch(() => {});
    return Promise.race([mine, tooLate]);
  }
}
