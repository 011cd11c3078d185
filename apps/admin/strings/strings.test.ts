import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerFailure } from "../server/failure.ts";
import { en } from "./en/index.ts";
import { failureSentence } from "./failures.ts";
import { stringsFor } from "./index.ts";
import { ptBR } from "./pt-BR/index.ts";

const leaves = (value: object, at = ""): readonly (readonly [path: string, leaf: unknown])[] =>
  Object.entries(value).flatMap(([key, leaf]) =>
    typeof leaf === "object" ? leaves(leaf, `${at}${key}.`) : [[`${at}${key}`, leaf] as const],
  );

test("every English sentence has a Portuguese one of the same kind, and none is empty", () => {
  const portuguese = new Map(leaves(ptBR));
  for (const [path, english] of leaves(en)) {
    const other = portuguese.get(path);
    assert.equal(typeof other, typeof english, path);
    if (typeof english === "string") assert.ok(english.trim() && String(other).trim(), path);
    if (typeof english === "function") assert.equal((other as () => void).length, english.length, path);
  }
});

test("the reader's first known language is taken, else English", () => {
  assert.equal(stringsFor(["de-CH", "pt-PT", "en-US"]).language, "pt-BR");
  assert.equal(stringsFor(["ja"]).language, "en");
});

test("a failure is told in the page's words, else in the server's, else by its code; the field that is wrong is named", () => {
  const say = (facts: ConstructorParameters<typeof ServerFailure>[0]) => failureSentence(facts, en);
  assert.equal(say({ status: 400, code: "passcodeTooShort", message: "x" }), "The passcode is too short.");
  assert.equal(say({ status: 400, code: "OTHER", message: "As the server says." }), "As the server says.");
  assert.equal(say({ status: 500, code: "OTHER" }), "The server refused this (OTHER).");
  const wrong = { status: 400, code: "parameterError", parameter: "uri", parameterError: "duplicate" };
  assert.equal(say(wrong), "uri: another object already has this value.");
});
