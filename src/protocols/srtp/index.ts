export { type MasterKey, SRTP_PROFILES, type SrtpProfile } from "./profile.ts";
export { SrtpReceiver, type SrtpRejects } from "./receiver.ts";
export { SrtpSender } from "./sender.ts";
