export { certificateAlarms, diagnosticAlarms } from "./alarms.ts";
export { type Management, type ManagementOptions, startManagement } from "./management.ts";
