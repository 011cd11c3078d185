import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { choose, type Weighted } from "./choice.ts";

const candidates = (...weights: number[]) => weights.map((weight, name) => ({ name, weight, credit: 0 }));

function taken(all: (Weighted & { name: number })[], times: number): number[] {
  return Array.from({ length: times }, () => choose(all)!.name);
}

test("equal weights take turns exactly, whatever the weight", () => {
  for (const weight of [0, 1, 5, 65_535])
    assert.deepEqual(taken(candidates(weight, weight, weight), 7), [0, 1, 2, 0, 1, 2, 0]);
});

test("other weights share as they say, spread out and not in blocks", () =>
  assert.deepEqual(taken(candidates(5, 1, 1), 7), [0, 0, 1, 0, 2, 0, 0]));

test("a weight of zero beside others is chosen seldom, but is (RFC 2782)", () => {
  const counts = Object.groupBy(taken(candidates(10, 0), 1010), String);
  assert.deepEqual([counts["0"]?.length, counts["1"]?.length], [1000, 10]);
});

test("of none there is none", () => assert.equal(choose([]), undefined));

test("in each round everyone gets its share exactly", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }), (weights) => {
      const sum = weights.reduce((total, weight) => total + weight, 0);
      const order = taken(candidates(...weights), sum);
      weights.forEach((weight, name) => {
        assert.equal(order.filter((one) => one === name).length, weight);
      });
    }),
  );
});
