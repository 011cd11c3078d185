import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { memoryLog, Scope } from "#base";
import type { Storage } from "../contract.ts";
import { openStorage, type StorageOptions } from "../index.ts";
import { assertKept, buildWriter } from "../testing/crash.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";
import { PASSWORD, startTestPostgres } from "../testing/postgres.ts";
import { refuses } from "../testing/refuses.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
const scope = new Scope();
after(async () => {
  await scope.close();
  rmSync(folder, { recursive: true });
});
const server = await startTestPostgres(scope);
let places = 0;

async function freshOptions(): Promise<StorageOptions> {
  const keyFile = join(folder, `${places++}.key`);
  return { where: await server.newDatabase(), keyFile, passwordFile: server.passwordFile, nouns: TEST_NOUNS };
}

const insert = (storage: Storage, name: string) =>
  storage.change((writer) => writer.insert({ noun: "coSpace", fields: { name } }));

test("while the server is away everything is refused within 5 s, and works again when it is back", async () => {
  await using own = new Scope();
  const storage = await openStorage(own, { ...(await freshOptions()), log: memoryLog() });
  for (const how of ["SIGINT", "SIGKILL"] as const) {
    await insert(storage, "before");
    await server.stop(how);
    const started = performance.now();
    const all = [storage.list("coSpace"), insert(storage, "lost"), storage.signingKey(), insert(storage, "lost")];
    await Promise.all(all.map((one) => refuses(one, "STORAGE_UNREADABLE")));
    assert.ok(performance.now() - started < 5000);
    await server.start();
    await insert(storage, "after");
  }
  assert.deepEqual((await names(storage)).sort(), ["after", "after", "before", "before"]);
});

test("a server that hangs is given up within 5 s, and what it would answer later confuses nobody", async () => {
  await using own = new Scope();
  const storage = await openStorage(own, { ...(await freshOptions()), log: memoryLog() });
  await insert(storage, "before");
  server.freeze();
  const started = performance.now();
  const reads = Array.from({ length: 15 }, () => refuses(storage.list("coSpace"), "STORAGE_UNREADABLE"));
  const writes = Array.from({ length: 3 }, () => refuses(insert(storage, "lost?"), "STORAGE_UNREADABLE"));
  await Promise.all([...reads, ...writes]);
  const took = performance.now() - started;
  server.thaw();
  assert.ok(took < 5000, `${took} ms`);
  await insert(storage, "after");
  const found = await names(storage);
  assert.ok(found.includes("before") && found.includes("after"));
});

test("a connection that the server ends in the middle of a change leaves nothing of it", async () => {
  await using own = new Scope();
  const storage = await openStorage(own, { ...(await freshOptions()), log: memoryLog() });
  const change = storage.change(async (writer) => {
    await writer.insert({ noun: "coSpace", fields: { name: "half" } });
    await server.stop("SIGINT");
    await server.start();
    await writer.insert({ noun: "coSpace", fields: { name: "other half" } });
  });
  await refuses(change, "STORAGE_UNREADABLE");
  assert.deepEqual(await names(storage), []);
});

test("a change goes on failing after the engine failed, even if the failure is caught", async () => {
  await using own = new Scope();
  const storage = await openStorage(own, { ...(await freshOptions()), log: memoryLog() });
  const change = storage.change(async (writer) => {
    await server.stop("SIGINT");
    await server.start();
    await refuses(writer.get("coSpace", "x"), "STORAGE_UNREADABLE");
    await refuses(writer.insert({ noun: "coSpace", fields: {} }), "STORAGE_UNREADABLE");
  });
  await refuses(change, "STORAGE_UNREADABLE");
});

test("a second server without the key of the first is told so and gets no key of its own", async () => {
  await using own = new Scope();
  const options = await freshOptions();
  await openStorage(own, options);
  const error = await refuses(openStorage(own, { ...options, keyFile: join(folder, "no.key") }), "STORAGE_KEY_WRONG");
  assert.match(error.message, /no\.key/);
  await refuses(openStorage(own, { ...options, keyFile: join(folder, "no.key") }), "STORAGE_KEY_WRONG");
});

test("a wrong password, a database that is not there and a bad address are named without any password", async () => {
  await using own = new Scope();
  const options = await freshOptions();
  const wrong = join(folder, "wrong-password");
  writeFileSync(wrong, "wrong secret word\n");
  const host = new URL(options.where.replace("@/", "@x/")).searchParams.get("host")!;
  const cases = [
    { ...options, passwordFile: wrong },
    { ...options, where: options.where.replace(/\/test\d+/, "/nowhere") },
    { ...options, where: `postgres://turnpike:${PASSWORD}x@/test0?host=${encodeURIComponent(host)}` },
    { ...options, where: "postgres://turnpike@127.0.0.1:1/test0" },
  ];
  for (const one of cases) {
    const error = await refuses(openStorage(own, one), "STORAGE_UNREADABLE");
    assert.doesNotMatch(`${error.message} ${error.remedy}`, /wrong secret word|only for tests/);
  }
  await refuses(openStorage(own, { ...options, where: "postgres://[bad/x" }), "STORAGE_BAD_ADDRESS");
});

test("writers and the server itself are killed, and nothing acknowledged is lost", { timeout: 120_000 }, async () => {
  const options = await freshOptions();
  const startWriter = await buildWriter(folder);
  const acknowledged: string[] = [];
  for (let round = 0; round < 6; round++) {
    const writers = [startWriter(options), startWriter(options), startWriter(options)];
    await Promise.all(writers.map((writer, i) => writer.lines(2 + ((round * 7 + i * 5) % 10))));
    if (round % 3 === 2) await server.stop("SIGKILL");
    await Promise.all(writers.map((writer) => writer.kill()));
    if (round % 3 === 2) await server.start();
    acknowledged.push(...writers.flatMap((writer) => writer.acknowledged));
  }
  await using own = new Scope();
  assert.ok(acknowledged.length >= 18);
  await assertKept(await openStorage(own, options), acknowledged);
});

async function names(storage: Storage): Promise<unknown[]> {
  return (await storage.list("coSpace")).objects.map(({ fields }) => fields.name);
}
