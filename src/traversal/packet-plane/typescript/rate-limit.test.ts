import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimit } from "./rate-limit.ts";

const SECOND = 1_000_000;

test("a second's worth of packets passes at once, then as many as time brings", () => {
  const limit = new RateLimit({ packetsPerSecond: 10, bitsPerSecond: 1e9 }, 0);
  assert.equal(passed(limit, 20, 100, 0), 10);
  assert.equal(passed(limit, 20, 100, SECOND / 2), 5);
  assert.equal(passed(limit, 20, 100, SECOND / 2), 0);
});

test("a second's worth of bits passes at once, and a packet that does not fit leaves room for a smaller one", () => {
  const limit = new RateLimit({ packetsPerSecond: 1e6, bitsPerSecond: 8000 }, 0);
  assert.equal(passed(limit, 5, 300, 0), 3);
  assert.equal(limit.take(100, 0), true);
  assert.equal(limit.take(1, 0), false);
});

test("what is not used is kept for one second only", () => {
  const limit = new RateLimit({ packetsPerSecond: 10, bitsPerSecond: 1e9 }, 5 * SECOND);
  assert.equal(passed(limit, 50, 1, 100 * SECOND), 10);
});

test("a refused packet takes no packet token from the ones behind it", () => {
  const limit = new RateLimit({ packetsPerSecond: 1, bitsPerSecond: 80 }, 0);
  assert.equal(limit.take(11, 0), false);
  assert.equal(limit.take(10, 0), true);
});

test("over a long time the rate is the limit, however finely time passes", () => {
  const limit = new RateLimit({ packetsPerSecond: 100, bitsPerSecond: 1e9 }, 0);
  let count = 0;
  for (let now = 0; now < 10 * SECOND; now += 777) if (limit.take(10, now)) count++;
  assert.ok(count >= 1098 && count <= 1100, `${count} packets`);
});

function passed(limit: RateLimit, packets: number, bytes: number, now: number): number {
  return Array.from({ length: packets }, () => limit.take(bytes, now)).filter(Boolean).length;
}
