import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock, SteadyClock } from "./clock.ts";

const TEN_MINUTES = 600_000;

test("a steady clock goes with time and not with those who set the wall clock", () => {
  const wall = new ManualClock();
  const steady = new SteadyClock(wall);
  const start = steady.now();
  assert.equal(start, wall.now());
  wall.advance(5000);
  wall.set(wall.now() - TEN_MINUTES);
  assert.equal(steady.now(), start + 5000);
  wall.set(wall.now() + 2 * TEN_MINUTES);
  assert.equal(steady.now(), start + 5000);
});

test("people are told its moments by the wall clock of now", () => {
  const wall = new ManualClock();
  const steady = new SteadyClock(wall);
  const inAMinute = steady.now() + 60_000;
  assert.equal(steady.date(inAMinute), wall.now() + 60_000);
  wall.set(wall.now() + TEN_MINUTES);
  assert.equal(steady.date(inAMinute), wall.now() + 60_000);
});
