import type { Scope } from "#base";

/** A wait that somebody may end early. */
export class Pause {
  #wake: () => void = () => {};

  /** Resolves after `ms`, with `wake`, or when the scope closes. */
  async wait(scope: Scope, ms: number): Promise<void> {
    if (scope.closed) return;
    const nap = scope.child();
    this.#wake = () => void nap.close();
    await nap.sleep(ms).catch(() => {});
    await nap.close();
  }
  wake(): void {
    this.#wake();
  }
}
