import { ALARM_TYPES, type Alarms } from "#alarms";
import type { Scope } from "#base";
import type { EventLog } from "./contract.ts";

const WARNINGS = new Set(ALARM_TYPES.filter(({ severity }) => severity === "warning").map(({ type }) => type));

/** Writes a line for each alarm that is raised or cleared. */
export function writeAlarmLines(scope: Scope, alarms: Alarms, events: EventLog): void {
  const stop = alarms.onChange(({ type, text }, what) => {
    if (what === "raised") events.write(WARNINGS.has(type) ? "warning" : "error", `alarm ${type} raised: ${text}`);
    if (what === "cleared") events.write("info", `alarm ${type} cleared: ${text}`);
  });
  scope.defer(() => stop());
}
