import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelay, timeWaited } from "./lobby.ts";

test("tries after a failure come less and less often, and never too rarely for the server to remember", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 50].map(retryDelay), [1000, 2000, 4000, 8000, 8000, 8000]);
});

test("time is told in hours, minutes and seconds", () => {
  assert.deepEqual(timeWaited(59_999), { hours: 0, minutes: 0, seconds: 59 });
  assert.deepEqual(timeWaited(3_725_000), { hours: 1, minutes: 2, seconds: 5 });
  assert.deepEqual(timeWaited(-5), { hours: 0, minutes: 0, seconds: 0 });
});
