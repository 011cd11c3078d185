import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { AlarmBoard } from "#alarms";
import { type Clock, type Log, type Scope, systemClock } from "#base";
import { type Dns, type DnsConfig, openDns } from "#dns";
import { type EventLog, type EventLogConfig, openEventLog, writeAlarmLines } from "#event-log";

/** What a role stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly log: Log;
  readonly alarms: AlarmBoard;
  readonly events: EventLog;
  readonly dns: Dns;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly version: string;
}

/** Alarms, event log and resolver of a role. The event log closes with `scope`. */
export async function openGround(
  scope: Scope,
  config: { readonly eventLog: EventLogConfig; readonly dns: DnsConfig },
  log: Log,
  clock: Clock = systemClock,
): Promise<Ground> {
  const alarms = new AlarmBoard(clock);
  const events = await openEventLog(scope, {
    config: config.eventLog,
    clock,
    log: log.with({ part: "event-log" }),
    alarms,
    host: hostname(),
  });
  writeAlarmLines(scope, alarms, events);
  return {
    ...{ clock, log, alarms, events, version: softwareVersion(), startedAt: clock.now() },
    dns: openDns(config.dns, clock, (text) => events.trace("dns", () => text)),
  };
}

/** Of this package: "0.1.0". */
export function softwareVersion(): string {
  return JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")).version;
}
