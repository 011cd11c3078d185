/** Queues argv[3] records in the folder argv[2] for a receiver that is down, prints "queued", and goes on for ever. */
import { writeSync } from "node:fs";
import { AlarmBoard } from "#alarms";
import { memoryLog, Scope, systemClock } from "#base";
import { memoryEventLog } from "#event-log";
import type { Storage } from "#storage";
import { startCallRecords } from "./start.ts";
import { callStart, testCalls, testReceiverObject } from "./testing.ts";

const [, , folder = "", count = "0"] = process.argv;
const scope = new Scope();
const list: Storage["list"] = async (noun) =>
  noun === "cdrReceiver"
    ? { total: 1, objects: [testReceiverObject("http://127.0.0.1:9/")] }
    : { total: 0, objects: [] };
const calls = testCalls();
const records = await startCallRecords(scope, {
  storage: { list, onChange: () => () => {} },
  calls,
  alarms: new AlarmBoard(systemClock),
  events: memoryEventLog(),
  clock: systemClock,
  log: memoryLog(),
  hostId: "a0570000-0000-4000-8000-000000000006",
  folder,
});
for (let i = 1; i <= Number(count); i++) calls.tell(callStart(`${i}`));
await records.flushed();
writeSync(1, "queued\n");
for (let i = 1; ; i++) {
  calls.tell(callStart(`late ${i}`));
  await records.flushed();
}
