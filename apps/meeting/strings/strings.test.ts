import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "./en.ts";
import { failureSentence, stringsFor } from "./index.ts";
import { ptBR } from "./pt-BR.ts";

const leaves = (value: object, at = ""): [path: string, leaf: unknown][] =>
  Object.entries(value).flatMap(([key, leaf]) =>
    typeof leaf === "object" ? leaves(leaf, `${at}${key}.`) : [[`${at}${key}`, leaf] as [string, unknown]],
  );
const pairs = leaves(en).map(([path, text]) => [path, text, new Map(leaves(ptBR)).get(path)] as const);

test("both languages have the same keys, of the same kind, and none is empty", () => {
  assert.deepEqual(
    leaves(ptBR).map(([path]) => path),
    leaves(en).map(([path]) => path),
  );
  for (const [path, english, portuguese] of pairs) {
    assert.equal(typeof portuguese, typeof english, path);
    if (typeof portuguese === "string") assert.ok(portuguese.trim() && String(english).trim(), path);
    if (typeof portuguese === "function") assert.equal(portuguese.length, (english as () => void).length, path);
  }
});

test("a failure is told in one sentence", () => {
  for (const { failures } of [en, ptBR])
    for (const [code, sentence] of Object.entries(failures)) assert.match(sentence, /^[^.!?]+\.$/, code);
});

test("the reader's first known language is taken", () => {
  assert.equal(stringsFor(["de-CH", "pt-PT", "en-US"]).language, "pt-BR");
  assert.equal(stringsFor(["en-GB", "pt-BR"]).language, "en");
  assert.equal(stringsFor(["ja"]).language, "en");
});

test("the server's sentence is shown only if there is no other", () => {
  const refused = { step: "finding", code: "JOIN_REFUSED", sentence: "JOIN_REFUSED" } as const;
  assert.equal(failureSentence(refused, ptBR), ptBR.failures.JOIN_REFUSED);
  const newer = { step: "finding", code: "JOIN_LOCKED", sentence: "APP_SERVICE_FAILED", said: "Locked." } as const;
  assert.equal(failureSentence(newer, ptBR), "Locked.");
});
