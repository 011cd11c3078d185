import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fuzzTurn } from "./index.ts";
import { SEEDS, seedInputs } from "./seeds/index.ts";

const corpus = join(import.meta.dirname, "../testdata/corpus");

for (const [name, input] of seedInputs()) {
  const { leadsTo } = SEEDS[name]!;
  test(`the seed ${name} leads to ${leadsTo.join(", ")}`, async () => {
    const words = await fuzzTurn(input);
    assert.deepEqual(
      leadsTo.filter((word) => !words.includes(word)),
      [],
    );
    assert.deepEqual(readFileSync(join(corpus, `${name}.bin`)), input, "`npm run fuzz -- turn --write-seeds`");
  });
}
