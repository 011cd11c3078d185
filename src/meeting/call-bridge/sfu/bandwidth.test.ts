import assert from "node:assert/strict";
import { test } from "node:test";
import { BandwidthEstimator } from "./bandwidth-estimator.ts";
import { allocateLayers } from "./layer-allocation.ts";

const FEEDBACK_US = 100_000;

/** A line of `capacity` b/s with a queue of 300 ms, used at `rate`; loses `loss` of the packets beside. */
class Line {
  us = 5_000_000_000;
  #queueUs = 0;
  #n = 0;
  readonly estimator = new BandwidthEstimator();

  run(seconds: number, capacity: number, rate: (estimate: number) => number, loss = 0): void {
    for (let at = 0; at < seconds * 1e6; at += FEEDBACK_US) {
      const bytes = 1000;
      const count = Math.max(1, Math.round((rate(this.estimator.estimate) * FEEDBACK_US) / 8e6 / bytes));
      const packets = Array.from({ length: count }, (_, i) => {
        const sentUs = this.us + (i * FEEDBACK_US) / count;
        this.#queueUs = Math.max(0, this.#queueUs - FEEDBACK_US / count) + (bytes * 8e6) / capacity;
        const dropped = this.#queueUs > 300_000 || this.#lost(loss);
        if (dropped) this.#queueUs -= (bytes * 8e6) / capacity;
        return { bytes, sentUs, arrivalUs: dropped ? undefined : sentUs + 20_000 + this.#queueUs };
      });
      this.us += FEEDBACK_US;
      this.estimator.feedback(packets, this.us);
    }
  }

  #lost(share: number): boolean {
    this.#n += share;
    if (this.#n < 1) return false;
    this.#n -= 1;
    return true;
  }
}

test("a wide line keeps the high estimate that it begins with", () => {
  const line = new Line();
  line.run(20, 100e6, () => 2e6);
  assert.ok(line.estimator.estimate >= 10e6);
});

test("a narrow line is found within two seconds, and the estimate stays near it", () => {
  const line = new Line();
  line.run(2, 1e6, (estimate) => Math.min(estimate, 2.5e6));
  const estimates: number[] = [];
  for (let i = 0; i < 30; i++) {
    line.run(1, 1e6, (estimate) => Math.min(estimate, 2.5e6));
    estimates.push(line.estimator.estimate);
  }
  assert.ok(
    estimates.every((e) => e > 0.4e6 && e < 1.6e6),
    estimates.map((e) => Math.round(e / 1000)).join(),
  );
});

test("when the line widens the estimate grows again", () => {
  const line = new Line();
  line.run(10, 0.5e6, (estimate) => Math.min(estimate, 2.5e6));
  const before = line.estimator.estimate;
  line.run(30, 100e6, (estimate) => Math.min(estimate, 2.5e6));
  assert.ok(line.estimator.estimate > before * 2);
});

test("2 % of loss that is no congestion does not bring it down; 20 % do", () => {
  const light = new Line();
  light.run(20, 100e6, () => 1e6, 0.02);
  assert.ok(light.estimator.estimate >= 10e6);
  const heavy = new Line();
  heavy.run(5, 100e6, () => 1e6, 0.2);
  assert.ok(heavy.estimator.estimate < 1.2e6);
});

const three = [
  { index: 0, bitrate: 150_000 },
  { index: 1, bitrate: 500_000 },
  { index: 2, bitrate: 2_000_000 },
];

test("everyone gets the lowest layer, whatever the budget", () => {
  assert.deepEqual(
    allocateLayers(
      [
        { layers: three, current: 2 },
        { layers: three, current: undefined },
      ],
      0,
    ),
    [0, 0],
  );
});

test("what is left raises all by a step before one by two", () => {
  const demands = [
    { layers: three, current: undefined },
    { layers: three, current: undefined },
  ];
  assert.deepEqual(allocateLayers(demands, 1_300_000), [1, 1]);
  assert.deepEqual(allocateLayers(demands, 3_000_000), [2, 1]);
  assert.deepEqual(allocateLayers(demands, 10_000_000), [2, 2]);
});

test("a layer that is received already is kept without the margin that a new one needs", () => {
  assert.deepEqual(allocateLayers([{ layers: three, current: 1 }], 520_000), [1]);
  assert.deepEqual(allocateLayers([{ layers: three, current: 0 }], 520_000), [0]);
});

test("a source without active layers asks for nothing", () => {
  assert.deepEqual(
    allocateLayers(
      [
        { layers: [], current: undefined },
        { layers: three, current: 0 },
      ],
      5e6,
    ),
    [0, 2],
  );
});
