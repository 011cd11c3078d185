import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "./clock.ts";
import { RateLimit } from "./rate-limit.ts";

test("so many in any window, then the seconds to wait, and each key by itself", () => {
  const clock = new ManualClock();
  const limit = new RateLimit(2, 60_000, clock);
  assert.equal(limit.take("a"), 0);
  clock.advance(20_000);
  assert.equal(limit.take("a"), 0);
  assert.equal(limit.take("a"), 40);
  assert.equal(limit.take("b"), 0);
  clock.advance(40_000);
  assert.equal(limit.take("a"), 0, "the first is a minute old");
  assert.equal(limit.take("a"), 20);
});

test("what is given back does not count", () => {
  const limit = new RateLimit(1, 60_000, new ManualClock());
  for (let i = 0; i < 5; i++) {
    assert.equal(limit.take("a"), 0);
    limit.giveBack("a");
  }
});

test("fifty thousand keys do not fill the memory, and the newest are remembered", () => {
  const limit = new RateLimit(1, 60_000, new ManualClock());
  for (let i = 0; i < 50_000; i++) limit.take(`key ${i}`);
  assert.equal(limit.take("key 0"), 0, "forgotten");
  assert.equal(limit.take("key 49999"), 60);
});
