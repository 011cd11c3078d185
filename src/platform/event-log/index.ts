export { writeAlarmLines } from "./alarm-lines.ts";
export { type EventLogConfig, eventLogSection } from "./config.ts";
export type { EventEntry, EventLevel, EventLog, EventQuery, Tracing } from "./contract.ts";
export { eventLogErrors } from "./errors.ts";
export { type EventLogOptions, openEventLog } from "./event-log.ts";
export { formatLine } from "./format.ts";
export { memoryEventLog } from "./memory.ts";
export { eventStream } from "./stream.ts";
export { SUBSYSTEMS, type Subsystem } from "./subsystems.ts";
