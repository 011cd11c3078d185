import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Scope } from "#base";
import { hashPassword, openStorage, passwordMatches } from "../index.ts";
import { openSqlite } from "../sqlite/open.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";
import { spaces } from "./0001-spaces.ts";
import { migrate } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));

test("spaces of the first schema become coSpaces, with their secrets sealed and their passcodes still asked for", async () => {
  const where = join(folder, "turnpike.db");
  await firstSchema(where);
  const before = new DatabaseSync(where);
  const insert = before.prepare("insert into spaces values (?, ?, ?, ?, ?, ?, ?)");
  const [open, locked] = ["0b7e0d6c-0000-4000-8000-000000000001", "0b7e0d6c-0000-4000-8000-000000000002"];
  insert.run(locked, "Board", "board", "100000002", "secret two", await hashPassword("4711"), 1_700_000_000_002);
  insert.run(open, "Äther", null, "100000001", "secret one", null, 1_700_000_000_001);
  before.prepare("insert into settings values ('signing-key', ?)").run(new Uint8Array(32).fill(7));
  before.close();

  await using scope = new Scope();
  const storage = await openStorage(scope, { where, keyFile: join(folder, "key"), nouns: TEST_NOUNS });
  assert.deepEqual(
    { ...(await storage.get("coSpace", open))?.fields },
    { name: "Äther", callId: "100000001", secret: "secret one" },
  );
  const board = await storage.get("coSpace", locked);
  assert.equal(board?.createdAt, 1_700_000_000_002);
  assert.equal(board?.fields.passcode, undefined);
  assert.equal(await passwordMatches(String(board?.fields.passcodeHash), "4711"), true);
  assert.deepEqual(
    (await storage.holders("uri", "BOARD")).map(({ id }) => id),
    [locked],
  );
  assert.equal((await storage.list("coSpace", { filter: "ätHER" })).total, 1);
  assert.deepEqual(await storage.signingKey(), new Uint8Array(32).fill(7));
  const after = new DatabaseSync(where);
  assert.deepEqual(after.prepare("select name from sqlite_master where name = 'spaces'").all(), []);
});

test("when the nouns change, what can be looked for is made anew from what is stored", async () => {
  const options = { where: join(folder, "nouns.db"), keyFile: join(folder, "key") };
  const coSpace = TEST_NOUNS.get("coSpace")!;
  const changed = {
    ...coSpace,
    fields: coSpace.fields.map((field) => (field.name === "tag" ? { ...field, searched: true } : field)),
  };
  await using scope = new Scope();
  const before = await openStorage(scope, { ...options, nouns: TEST_NOUNS });
  await before.change((writer) => writer.insert({ noun: "coSpace", fields: { name: "A", tag: "needle", uri: "a" } }));
  assert.equal((await before.list("coSpace", { filter: "needle" })).total, 0);
  const after = await openStorage(scope, { ...options, nouns: new Map([...TEST_NOUNS, ["coSpace", changed]]) });
  assert.equal((await after.list("coSpace", { filter: "needle" })).total, 1);
  assert.equal((await after.holders("uri", "a")).length, 1);
});

async function firstSchema(where: string): Promise<void> {
  await using scope = new Scope();
  await migrate(openSqlite(scope, where), () => assert.fail("there is nothing to seal"), [spaces]);
}
