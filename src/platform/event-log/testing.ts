import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { AlarmBoard } from "#alarms";
import { ManualClock, memoryLog, parseConfig, Scope } from "#base";
import { eventLogSection } from "./config.ts";
import { openEventLog } from "./event-log.ts";

/** A folder for one test, and a function that opens the log in it; all of it is gone after the test. */
export function testEventLog(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-event-log-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const [clock, log] = [new ManualClock(Date.UTC(2026, 1, 3, 4, 5, 6, 7)), memoryLog()];
  const alarms = new AlarmBoard(clock);
  const folder = join(dir, "event-log");
  const open = async (config = "{}", at = scope.child()) => {
    const parsed = parseConfig(join(dir, "role.yaml"), config, eventLogSection);
    return openEventLog(at, { config: parsed, clock, log, alarms, host: "bridge.example.com" });
  };
  return { dir, folder, scope, clock, log, alarms, open };
}
