/** Runs on a disk of one megabyte, argv[2], in a mount namespace of its own. Ends with 0 if all is as it should be. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Scope } from "#base";
import { openStorage, restoreStorage } from "../index.ts";
import { TEST_NOUNS } from "./nouns.ts";
import { refuses } from "./refuses.ts";

const disk = process.argv[2]!;
const options = { where: join(disk, "turnpike.db"), keyFile: join(disk, "key"), nouns: TEST_NOUNS };
const ballast = join(disk, "ballast");
writeFileSync(ballast, Buffer.alloc(300_000));
const scope = new Scope();
const storage = await openStorage(scope, options);

let stored = 0;
const pair = () =>
  storage.change(async (writer) => {
    const { id } = await writer.insert({ noun: "coSpace", fields: { name: "x".repeat(200), tag: "y".repeat(3000) } });
    await writer.insert({ noun: "accessMethod", parent: id, fields: { callId: id } });
  });
const until = async () => {
  for (let i = 0; i < 1000; i++) {
    const [result] = await Promise.allSettled([pair()]);
    if (result!.status === "rejected") return;
    stored++;
  }
  assert.fail("the disk is not full");
};
await until();
await refuses(pair(), "STORAGE_UNREADABLE");
assert.equal((await storage.list("coSpace")).total, stored);
assert.equal((await storage.list("accessMethod")).total, stored);
await refuses(storage.backup(join(disk, "backup")), "STORAGE_BACKUP_FAILED");

rmSync(ballast);
await pair();
stored++;
assert.equal((await storage.list("accessMethod")).total, stored);
await scope.close();
const check = new DatabaseSync(options.where);
assert.deepEqual({ ...check.prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
check.close();

execFileSync("mount", ["-o", "remount,ro", disk]);
await using again = new Scope();
await refuses(openStorage(again, options), "STORAGE_UNREADABLE");
await refuses(openStorage(again, { ...options, where: join(disk, "new.db") }), "STORAGE_UNREADABLE");
await refuses(restoreStorage(options, join(disk, "none")), "STORAGE_BACKUP_UNUSABLE");
console.log(`${stored} stored`);
