import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Scope } from "#base";
import { openStorage, type StorageOptions } from "../index.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";
import { refuses } from "../testing/refuses.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));
let places = 0;

function freshOptions(): StorageOptions {
  const place = join(folder, `place-${places++}`);
  return { where: join(place, "turnpike.db"), keyFile: join(place, "secrets", "key"), nouns: TEST_NOUNS };
}

const space = { noun: "coSpace", fields: { name: "A", callId: "100", passcode: "47114711", secret: "in the link" } };

test("the file, what SQLite keeps beside it, and the key are their owner's alone", async () => {
  await using scope = new Scope();
  const options = freshOptions();
  const storage = await openStorage(scope, options);
  await storage.change((writer) => writer.insert(space));
  const { where, keyFile } = options;
  for (const name of [where, `${where}-wal`, `${where}-shm`, keyFile])
    assert.equal(statSync(name).mode & 0o777, 0o600, name);
});

test("nothing that is sealed can be read in the file, and the key is not in it", async () => {
  const scope = new Scope();
  const options = freshOptions();
  const storage = await openStorage(scope, options);
  const { id } = await storage.change((writer) => writer.insert(space));
  const signingKey = Buffer.from(await storage.signingKey());
  await scope.close();
  const bytes = readFileSync(options.where);
  assert.ok(bytes.includes(id));
  for (const secret of [
    "47114711",
    "in the link",
    signingKey,
    Buffer.from(readFileSync(options.keyFile, "utf8"), "hex"),
  ])
    assert.ok(!bytes.includes(secret));
});

test("with the wrong key, or without one, a storage is not opened and no key is made", async () => {
  const options = freshOptions();
  const scope = new Scope();
  const storage = await openStorage(scope, options);
  await storage.change((writer) => writer.insert(space));
  await scope.close();
  await using own = new Scope();
  renameSync(options.keyFile, `${options.keyFile}.away`);
  await refuses(openStorage(own, options), "STORAGE_KEY_WRONG");
  assert.equal(existsSync(options.keyFile), false);
  writeFileSync(options.keyFile, "0".repeat(64));
  await refuses(openStorage(own, options), "STORAGE_KEY_WRONG");
  writeFileSync(options.keyFile, "no key");
  await refuses(openStorage(own, options), "STORAGE_KEY_WRONG");
  renameSync(`${options.keyFile}.away`, options.keyFile);
  assert.equal((await (await openStorage(own, options)).list("coSpace")).total, 1);
});

test("a value that was moved to another object does not open there", async () => {
  await using scope = new Scope();
  const options = freshOptions();
  const storage = await openStorage(scope, options);
  const one = await storage.change((writer) => writer.insert(space));
  const two = await storage.change((writer) => writer.insert({ noun: "coSpace", fields: { passcode: "0000" } }));
  const database = new DatabaseSync(options.where);
  database
    .prepare("update objects set fields = (select fields from objects where id = ?) where id = ?")
    .run(one.id, two.id);
  await refuses(storage.get("coSpace", two.id), "STORAGE_UNREADABLE");
  assert.equal((await storage.get("coSpace", one.id))?.fields.passcode, "47114711");
});

test("a file of a newer version is left alone and the error names both versions", async () => {
  await using scope = new Scope();
  const options = freshOptions();
  await openStorage(scope, options);
  new DatabaseSync(options.where).exec("update schema_version set version = 99");
  const error = await refuses(openStorage(scope, options), "STORAGE_NEWER_SCHEMA");
  assert.match(error.message, /schema 99, this one knows \d+/);
});

test("a file that is no database, and a folder that cannot be made, are named", async () => {
  await using scope = new Scope();
  const options = freshOptions();
  const junk = join(folder, "junk");
  writeFileSync(junk, "no database ".repeat(1000));
  await refuses(openStorage(scope, { ...options, where: junk }), "STORAGE_UNREADABLE");
  await refuses(openStorage(scope, { ...options, where: join(junk, "turnpike.db") }), "STORAGE_UNREADABLE");
});

test("a file that goes away takes no more writes, which nobody would ever read; put back, it works again", async () => {
  await using scope = new Scope();
  const options = freshOptions();
  const storage = await openStorage(scope, options);
  await storage.change((writer) => writer.insert(space));
  renameSync(options.where, `${options.where}.away`);
  await refuses(storage.list("coSpace"), "STORAGE_UNREADABLE");
  await refuses(
    storage.change((writer) => writer.insert({ noun: "profile", fields: {} })),
    "STORAGE_UNREADABLE",
  );
  writeFileSync(options.where, "");
  await refuses(storage.list("coSpace"), "STORAGE_UNREADABLE");
  renameSync(`${options.where}.away`, options.where);
  assert.equal((await storage.list("coSpace")).total, 1);
  const during = storage.change(async (writer) => {
    await writer.insert({ noun: "profile", fields: {} });
    renameSync(options.where, `${options.where}.away`);
  });
  await refuses(during, "STORAGE_UNREADABLE");
  renameSync(`${options.where}.away`, options.where);
  assert.equal((await storage.list("profile")).total, 0);
  await storage.change((writer) => writer.insert({ noun: "profile", fields: {} }));
});

test("a change that never ends does not hold up others for ever", { timeout: 20_000 }, async () => {
  await using scope = new Scope();
  const storage = await openStorage(scope, freshOptions());
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = storage.change(() => promise);
  const error = await refuses(
    storage.change((writer) => writer.insert(space)),
    "STORAGE_UNREADABLE",
  );
  assert.match(error.message, /others have been writing/);
  resolve();
  await first;
  await storage.change((writer) => writer.insert(space));
  assert.equal((await storage.list("coSpace")).total, 1);
});
