export { CONFERENCE_LIMITS, Conference, type ConferenceLimits } from "./conference.ts";
export type { ConferenceCommand, ConferenceNotice, LeftWhy, Speaker } from "./messages.ts";
export type { NewTrack, Participant, Track } from "./roster.ts";
