import assert from "node:assert/strict";
import { test } from "node:test";
import { RefusalBudget } from "./refusal-budget.ts";

test("a source is answered 20 times a second, others are not touched by it", () => {
  const budget = new RefusalBudget();
  const answered = Array.from({ length: 50 }, () => budget.spend("192.0.2.1", 5000)).filter(Boolean);
  assert.equal(answered.length, 20);
  assert.equal(budget.spend("192.0.2.2", 5000), true);
  assert.equal(budget.spend("192.0.2.1", 6000), true);
});

test("a flood from invented sources is answered only until the table is full", () => {
  const budget = new RefusalBudget();
  let answered = 0;
  for (let i = 0; i < 30_000; i++) if (budget.spend(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, 0)) answered++;
  assert.equal(answered, 20_000);
});
