import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanName, newSid } from "./names.ts";

const names: [string, string][] = [
  ["Ana", "Ana"],
  ["  José \n da  Silva ", "José da Silva"],
  ["a\u202egnp.exe", "a gnp.exe"],
  ["\u0000\u0007\u200f", "Guest"],
  ["👩‍👩‍👧", "👩‍👩‍👧"],
  ["e\u0301", "é"],
  ["x".repeat(200), "x".repeat(80)],
];

for (const [given, shown] of names)
  test(`${JSON.stringify(given.slice(0, 20))} is shown as ${JSON.stringify(shown.slice(0, 20))}`, () => {
    assert.equal(cleanName(given), shown);
  });

test("sids say what they are and do not repeat", () => {
  const sids = new Set(Array.from({ length: 1000 }, () => newSid("PA")));
  assert.equal(sids.size, 1000);
  assert.match([...sids][0]!, /^PA_[A-Za-z0-9]{12}$/);
});
