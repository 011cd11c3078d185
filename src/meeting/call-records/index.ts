export { callRecordsErrors } from "./errors.ts";
export { type CallRecords, type CallRecordsOptions, startCallRecords } from "./start.ts";
