import assert from "node:assert/strict";
import { test } from "node:test";
import { duration } from "./duration.ts";

test("durations are in words, the largest unit and the next", () => {
  const pairs: [number, string][] = [
    [-5000, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [200_000, "3 min 20 s"],
    [3_600_000 + 59_000, "1 h"],
    [90_000_000, "1 d 1 h"],
  ];
  for (const [ms, text] of pairs) assert.equal(duration(ms), text);
});
