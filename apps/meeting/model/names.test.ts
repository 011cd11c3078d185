import assert from "node:assert/strict";
import { test } from "node:test";
import { initials, TINTS, tidyName, tintOf } from "./names.ts";

test("initials are the first letters of the first and the last word", () => {
  assert.equal(initials("Ana Beatriz de Souza"), "AS");
  assert.equal(initials("élodie"), "É");
  assert.equal(initials("joão.silva"), "JS");
  assert.equal(initials("会議 太郎"), "会太");
  assert.equal(initials("(Room) 4"), "R4");
  assert.equal(initials("🎈"), "?");
  assert.equal(initials(""), "?");
});

test("a name always has the same tint, and tints are spread", () => {
  const tints = new Set(
    ["Ana", "Bruno", "Carla", "Davi", "Elisa", "Fábio", "Gil", "Helena", "Ivo", "Júlia"].map(tintOf),
  );
  assert.ok(tints.size >= 4);
  assert.equal(tintOf("Ana"), tintOf("Ana"));
  for (const tint of tints) assert.ok(tint >= 0 && tint < TINTS);
});

test("a name is sent tidy and no longer than 80 characters, without cutting an emoji in two", () => {
  assert.equal(tidyName("  Ana \n Souza "), "Ana Souza");
  assert.equal([...tidyName("🎈".repeat(100))].length, 80);
  assert.equal(tidyName("   "), "");
});
