import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { readRecords, testReceiver, testReceiverObject, testWorld } from "./testing.ts";

test("what a killed process had queued is sent by the next one, each record once and in order", async (context) => {
  const { scope, folder, start } = await testWorld(context);
  const program = join(import.meta.dirname, "queued.testprogram.ts");
  const child = spawn(process.execPath, [program, folder, "500"], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");

  const receiver = await testReceiver(scope);
  const object = testReceiverObject(`http://127.0.0.1:${receiver.port}/`);
  const list = async (noun: string) =>
    noun === "cdrReceiver" ? { total: 1, objects: [object] } : { total: 0, objects: [] };
  const records = await start({ storage: { list, onChange: () => () => {} } });
  await receiver.until(() => readRecords(receiver.arrivals).length >= 500);
  const indexes = readRecords(receiver.arrivals).map((one) => Number(one["@recordIndex"]));
  assert.deepEqual(
    indexes,
    indexes.map((_, i) => i + 1),
  );
  assert.ok(records.correlatorIndex() >= 500);
});
