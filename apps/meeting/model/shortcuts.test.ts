import assert from "node:assert/strict";
import { test } from "node:test";
import { type Key, shortcutOf } from "./shortcuts.ts";

const press = (key: string, more: Partial<Key> = {}) =>
  shortcutOf({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, typing: false, ...more });

test("single letters act, in either case", () => {
  assert.deepEqual(
    ["m", "V", "s", "p", "d", "x"].map((key) => press(key)),
    ["mic", "camera", "share", "people", "details", undefined],
  );
});

test("what the browser or a field needs is left to them", () => {
  assert.equal(press("m", { ctrlKey: true }), undefined);
  assert.equal(press("v", { metaKey: true }), undefined);
  assert.equal(press("m", { typing: true }), undefined);
  assert.equal(press("m", { repeat: true }), undefined);
});

test("Escape dismisses, also while typing", () => {
  assert.equal(press("Escape", { typing: true }), "dismiss");
});
