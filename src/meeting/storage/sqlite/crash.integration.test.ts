import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Scope } from "#base";
import { openStorage } from "../index.ts";
import { assertKept, buildWriter } from "../testing/crash.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));
const ROUNDS = 25;
const WRITERS = 4;

test(`${ROUNDS * WRITERS} kills while processes write lose nothing that was acknowledged`, {
  timeout: 120_000,
}, async () => {
  const file = join(folder, "turnpike.db");
  const options = { where: file, keyFile: join(folder, "storage.key"), nouns: TEST_NOUNS };
  const startWriter = await buildWriter(folder);
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const writers = Array.from({ length: WRITERS }, () => startWriter(options));
    // From "it has not even opened it" to "in the middle of the tenth".
    await Promise.all(writers.map((writer, i) => writer.lines(1 + ((round * 7 + i * 5) % 10)).then(writer.kill)));
    for (const writer of writers) {
      acknowledged.push(...writer.acknowledged);
      assert.deepEqual(writer.failed, []);
    }
  }
  await using scope = new Scope();
  assert.ok(acknowledged.length >= ROUNDS * WRITERS);
  await assertKept(await openStorage(scope, options), acknowledged);
  assert.deepEqual({ ...new DatabaseSync(file).prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
});
