import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits for an effect, in tests: looks every 5 ms until `look` gives something and returns it.
 * Fails with `what` after `withinMs`; a machine with other work to do may be many times slower than usual.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what = look.toString(),
  withinMs = 15_000,
): Promise<Exclude<Awaited<T>, undefined | null | false>> {
  for (const end = performance.now() + withinMs; ; await pause(5)) {
    const found = await look();
    if (found) return found as Exclude<Awaited<T>, undefined | null | false>;
    if (performance.now() > end) assert.fail(`not within ${withinMs} ms: ${what}`);
  }
}
