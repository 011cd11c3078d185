export { type MeetingServerConfig, meetingServerConfig, meetingServerListeners } from "./config.ts";
export { startMeetingServer } from "./start.ts";
