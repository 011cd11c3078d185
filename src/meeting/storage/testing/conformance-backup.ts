import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Scope } from "#base";
import type { Storage } from "../contract.ts";
import type { Check } from "./conformance.ts";
import { refuses } from "./refuses.ts";

export function backupChecks(check: Check): void {
  copyChecks(check);
  refusalChecks(check);
}

function copyChecks(check: Check): void {
  check("a backup restored elsewhere holds the same, secrets and keys included", async ({ storage, scope, fresh }) => {
    const file = join(folderOf(scope), "backup");
    const id = await fill(storage);
    const key = await storage.signingKey();
    await storage.change((writer) => writer.once("seeds"));
    const report = await storage.backup(file);
    assert.deepEqual(report, { objects: 604, bytes: statSync(file).size });
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const elsewhere = await fresh();
    assert.deepEqual(await elsewhere.restore(file), { objects: 604 });
    const copy = await elsewhere.open(scope);
    for (const noun of ["coSpace", "profile", "accessMethod", "system"])
      assert.deepEqual(await copy.list(noun), await storage.list(noun));
    assert.deepEqual(await copy.signingKey(), key);
    assert.equal(await copy.change((writer) => writer.once("seeds")), false);
    assert.equal((await copy.get("coSpace", id))?.fields.passcode, "4711");
    assert.deepEqual(await copy.holders("callId", "100"), await storage.holders("callId", "100"));
    await refuses(
      copy.change((writer) => writer.insert({ noun: "coSpace", fields: { uri: "A" } })),
      "STORAGE_DUPLICATE",
    );
    assert.equal((await copy.list("coSpace", { filter: "space 59" })).total, 11);
  });

  check("a backup is of one moment, while others go on writing", async ({ storage, scope, fresh }) => {
    const file = join(folderOf(scope), "backup");
    await fill(storage);
    const writing = Promise.all(
      Array.from({ length: 30 }, () =>
        storage.change(async (writer) => {
          const { id } = await writer.insert({ noun: "coSpace", fields: { name: "pair" } });
          await writer.insert({ noun: "accessMethod", parent: id, fields: {} });
        }),
      ),
    );
    await storage.backup(file);
    await writing;
    const elsewhere = await fresh();
    await elsewhere.restore(file);
    const copy = await elsewhere.open(scope);
    const pairs = (await copy.list("coSpace", { filter: "pair" })).total;
    assert.equal((await copy.list("accessMethod")).total, pairs + 1);
  });
}

function refusalChecks(check: Check): void {
  check("a storage that holds something is replaced only by force", async ({ storage, scope, fresh }) => {
    const file = join(folderOf(scope), "backup");
    const id = await fill(storage);
    await storage.backup(file);
    const elsewhere = await fresh();
    const other = await elsewhere.open(scope);
    const old = await other.change((writer) => writer.insert({ noun: "coSpace", fields: { name: "old" } }));
    await refuses(elsewhere.restore(file), "STORAGE_NOT_EMPTY");
    assert.equal((await other.list("coSpace")).total, 1);
    await elsewhere.restore(file, { force: true });
    assert.equal(await other.get("coSpace", old.id), undefined);
    assert.equal((await other.get("coSpace", id))?.fields.passcode, "4711");
  });

  check("a backup that is cut off, changed or something else changes nothing", async ({ storage, scope, fresh }) => {
    const folder = folderOf(scope);
    const file = join(folder, "backup");
    await fill(storage);
    await storage.backup(file);
    const lines = gunzipSync(readFileSync(file)).toString().split("\n");
    const spoilt: Record<string, () => void> = {
      cut: () => truncateSync(join(folder, "cut"), statSync(file).size - 100),
      empty: () => writeFileSync(join(folder, "empty"), ""),
      text: () => writeFileSync(join(folder, "text"), "no backup"),
      changed: () => writeFileSync(join(folder, "changed"), gzipSync(lines.join("\n").replace("space 7", "space X"))),
      short: () => writeFileSync(join(folder, "short"), gzipSync(lines.toSpliced(9, 1).join("\n"))),
      headless: () => writeFileSync(join(folder, "headless"), gzipSync(lines.slice(1).join("\n"))),
      endless: () => writeFileSync(join(folder, "endless"), gzipSync(lines.slice(0, -2).join("\n"))),
      more: () => writeFileSync(join(folder, "more"), gzipSync(`${lines.join("\n")}${lines[2]}\n`)),
    };
    const elsewhere = await fresh();
    const other = await elsewhere.open(scope);
    await other.change((writer) => writer.insert({ noun: "coSpace", fields: { name: "old" } }));
    for (const [name, spoil] of Object.entries(spoilt)) {
      writeFileSync(join(folder, name), readFileSync(file));
      spoil();
      await refuses(elsewhere.restore(join(folder, name), { force: true }), "STORAGE_BACKUP_UNUSABLE");
    }
    await refuses(elsewhere.restore(join(folder, "none"), { force: true }), "STORAGE_BACKUP_UNUSABLE");
    assert.equal((await other.list("coSpace")).total, 1);
  });

  check("a backup that cannot be written says so and leaves the older one", async ({ storage, scope }) => {
    const folder = folderOf(scope);
    await fill(storage);
    await refuses(storage.backup(join(folder, "no", "such", "folder")), "STORAGE_BACKUP_FAILED");
    await refuses(storage.backup("/dev/full/backup"), "STORAGE_BACKUP_FAILED");
    await storage.list("coSpace");
  });
}

function folderOf(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-backup-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** 604 objects, more than are read at once. */
function fill(storage: Storage): Promise<string> {
  return storage.change(async (writer) => {
    const profile = (await writer.insert({ noun: "profile", fields: { name: "P" } })).id;
    await writer.update("system", "system", { profile });
    const fields = { name: "A", uri: "a", callId: "100", passcode: "4711", size: 7, open: true, profile };
    const { id } = await writer.insert({ noun: "coSpace", fields });
    await writer.insert({ noun: "accessMethod", parent: id, fields: { callId: "100", passcode: "4712" } });
    for (let i = 0; i < 600; i++) await writer.insert({ noun: "coSpace", fields: { name: `space ${i}` } });
    return id;
  });
}
