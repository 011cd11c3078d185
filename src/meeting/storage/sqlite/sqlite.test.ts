import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import { storageConformance } from "../conformance.ts";
import { openStorage } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const freshFile = () => join(folder, `data-${files++}`, "turnpike.db");

storageConformance("sqlite", async () => {
  const file = freshFile();
  return (scope) => openStorage(scope, file);
});

const failsWith = (code: string) => (error: unknown) => error instanceof TurnpikeError && error.code === code;

test("the file and what SQLite keeps beside it are their owner's alone", async () => {
  await using scope = new Scope();
  const file = freshFile();
  const store = await openStorage(scope, file);
  await store.createSpace({ name: "A" });
  for (const name of [file, `${file}-wal`, `${file}-shm`]) assert.equal(statSync(name).mode & 0o777, 0o600, name);
});

test("a passcode is stored as an argon2id hash only", async () => {
  await using scope = new Scope();
  const file = freshFile();
  await (await openStorage(scope, file)).createSpace({ name: "A", passcode: "47114711" });
  const row = new DatabaseSync(file).prepare("select * from spaces").get() ?? {};
  assert.match(String(row.passcode_hash), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.ok(!JSON.stringify(row).includes("47114711"));
});

test("a file of a newer version is left alone and the error names both versions", async () => {
  await using scope = new Scope();
  const file = freshFile();
  await (await openStorage(scope, file)).createSpace({ name: "A" });
  new DatabaseSync(file).exec("update schema_version set version = 99");
  await assert.rejects(openStorage(scope, file), failsWith("STORAGE_NEWER_SCHEMA"));
  await assert.rejects(openStorage(scope, file), /schema 99, this one knows \d+/);
});

test("a file that is no database, and a folder that cannot be made, are named", async () => {
  await using scope = new Scope();
  const junk = join(folder, "junk");
  writeFileSync(junk, "no database ".repeat(1000));
  await assert.rejects(openStorage(scope, junk), failsWith("STORAGE_UNREADABLE"));
  await assert.rejects(openStorage(scope, join(junk, "turnpike.db")), failsWith("STORAGE_UNREADABLE"));
});

test("after its scope closed a store says that the storage cannot be used", async () => {
  const scope = new Scope();
  const store = await openStorage(scope, freshFile());
  await scope.close();
  await assert.rejects(store.listSpaces(), failsWith("STORAGE_UNREADABLE"));
});

test("verifying a wrong passcode costs the same for a space, for one without a passcode and for an unknown call id", async () => {
  await using scope = new Scope();
  const store = await openStorage(scope, freshFile());
  const locked = await store.createSpace({ name: "A", passcode: "4711" });
  const open = await store.createSpace({ name: "B" });
  await store.verifyAccess("000000000", { passcode: "0000" });
  const fastest = async (callId: string) => {
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      const started = performance.now();
      await store.verifyAccess(callId, { passcode: "0000" });
      times.push(performance.now() - started);
    }
    return Math.min(...times);
  };
  const [a, b, c] = [await fastest(locked.callId), await fastest(open.callId), await fastest("000000000")];
  // An argon2 pass takes tens of milliseconds, its absence a fraction of one: a factor of five tells them apart.
  assert.ok(Math.max(a, b, c) < 5 * Math.min(a, b, c), `${a} ${b} ${c} ms`);
});
