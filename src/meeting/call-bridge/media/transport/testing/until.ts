import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** Waits for an effect, for 10 s at most. */
export async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await met())) {
    if (performance.now() > end) assert.fail(`within 10 s: ${what}`);
    await pause(10);
  }
}
