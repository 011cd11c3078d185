import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "./clock.ts";
import { TryLimit } from "./try-limit.ts";

const WINDOW_MS = 60_000;

/** Resolves with what `begin` gave, or with "waits" if it has not by now. */
async function now(begun: Promise<number>): Promise<number | "waits"> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
  return Promise.race([begun, Promise.resolve("waits" as const)]);
}

test("who is one too many because of tries under way waits for one of them, and is let go on if it was good", async () => {
  const limit = new TryLimit(2, WINDOW_MS, new ManualClock());
  assert.deepEqual([await limit.begin("a"), await limit.begin("a")], [0, 0]);
  const [third, fourth] = [limit.begin("a"), limit.begin("a")];
  assert.equal(await now(third), "waits");
  limit.end("a", "good");
  assert.equal(await now(third), 0);
  assert.equal(await now(fourth), "waits");
  limit.end("a", "good");
  assert.equal(await now(fourth), 0);
});

test("when those under way fail, all who wait are told how long the limit lasts", async () => {
  const clock = new ManualClock();
  const limit = new TryLimit(2, WINDOW_MS, clock);
  await limit.begin("a");
  await limit.begin("a");
  const waiting = Array.from({ length: 3 }, () => limit.begin("a"));
  limit.end("a", "failed");
  assert.equal(await now(waiting[0]!), "waits");
  limit.end("a", "failed");
  assert.deepEqual(await Promise.all(waiting), [60, 60, 60]);
  assert.equal(await limit.begin("a"), 60);
  clock.advance(WINDOW_MS + 1);
  assert.equal(await limit.begin("a"), 0);
});

test("keys have nothing to do with each other", async () => {
  const limit = new TryLimit(1, WINDOW_MS, new ManualClock());
  assert.equal(await limit.begin("a"), 0);
  assert.equal(await limit.begin("b"), 0);
  limit.end("a", "failed");
  assert.equal(await limit.begin("a"), 60);
});

test("of any crowd no more tries than the limit are under way, and everybody gets an answer", async () => {
  const limit = new TryLimit(3, WINDOW_MS, new ManualClock());
  let [underWay, most, good] = [0, 0, 0];
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      assert.equal(await limit.begin("a"), 0);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      good++;
      limit.end("a", "good");
    }),
  );
  assert.deepEqual([most, good], [3, 200]);
});
