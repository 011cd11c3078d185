import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Waits for an effect, in tests: looks every 5 ms, after two seconds every 100 ms, until `look` gives something, and returns it.
 * Fails with `what` after `withinMs`: long, since a machine with other work to do may be many times slower.
 */
export async function until<T>(
  look: () => T | Promise<T>,
  what = look.toString(),
  withinMs = 40_000,
): Promise<Exclude<Awaited<T>, undefined | null | false>> {
  for (const start = performance.now(); ; ) {
    const found = await look();
    if (found) return found as Exclude<Awaited<T>, undefined | null | false>;
    const waitedMs = performance.now() - start;
    if (waitedMs > withinMs) assert.fail(`not within ${withinMs} ms: ${what}`);
    await pause(Math.min(5 + waitedMs / 20, 100));
  }
}
