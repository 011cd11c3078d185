import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Alarm, AlarmBoard } from "#alarms";
import { Scope, systemClock } from "#base";
import { openStorage } from "#storage";
import { watchStorage } from "./health.ts";

test("a storage whose file is gone is an alarm until it is back, also while nobody asks it anything", async () => {
  await using scope = new Scope();
  const folder = mkdtempSync(join(tmpdir(), "turnpike-health-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const where = join(folder, "turnpike.db");
  const storage = await openStorage(scope, { where, keyFile: join(folder, "key") });
  const alarms = new AlarmBoard(systemClock);
  const next = () =>
    new Promise<[Alarm, string]>((resolve) => {
      const stop = alarms.onChange((alarm, what) => {
        stop();
        resolve([alarm, what]);
      });
    });
  const raised = next();
  watchStorage(scope, where, storage, alarms, 20);
  renameSync(where, `${where}.away`);
  const [alarm, what] = await raised;
  assert.deepEqual([alarm.type, what], ["storageUnreadable", "raised"]);
  assert.ok(alarm.text.includes(where) && alarm.remedy.length > 0);
  const cleared = next();
  renameSync(`${where}.away`, where);
  assert.equal((await cleared)[1], "cleared");
});
