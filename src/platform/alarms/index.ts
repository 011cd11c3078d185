export { AlarmBoard } from "./board.ts";
export type { Alarm, Alarms, RaisedAlarm } from "./contract.ts";
export { ALARM_TYPES, type AlarmType } from "./types.ts";
export { watchAlarms } from "./watch.ts";
