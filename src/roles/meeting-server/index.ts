export type { Overview } from "./admin-routes/answers.ts";
export { type MeetingServerConfig, meetingServerConfig, meetingServerListeners } from "./config.ts";
export type { CertificateRow, LookupAnswer } from "./operator-routes/index.ts";
export { startMeetingServer } from "./start.ts";
