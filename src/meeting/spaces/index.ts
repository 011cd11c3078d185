export { type Change, MIN_PASSCODE } from "./check.ts";
export {
  type Admission,
  type CallLegRules,
  type CallRules,
  type Entrance,
  PROFILE_LEVELS,
  type ProfileLevel,
} from "./contract.ts";
export { drawCallId, drawSecret } from "./draw.ts";
export { resolveEntrance } from "./entrance.ts";
export { spaceErrors } from "./errors.ts";
export { type Invitation, type InvitationOptions, invitation } from "./invitation.ts";
export { linksOf, type MeetingLink, readableCallId } from "./links.ts";
export {
  callRulesFor,
  type EffectiveRules,
  effectiveCallRules,
  effectiveRules,
  type LegPlace,
  rulesFor,
} from "./profiles.ts";
export { CALL_DEFAULTS, CALL_LEG_DEFAULTS, CALL_LEG_PARAMETERS, type Level } from "./rules.ts";
export { HOST_PROFILE, LOBBY_TEMPLATE, OPEN_TEMPLATE, seedDefaults } from "./seed.ts";
export { createAccessMethod, createMember, createSpace, updateAccessMethod, updateSpace, userByJid } from "./spaces.ts";
export {
  createFromTemplate,
  createHostDoor,
  type NewSpace,
  OWNER_PERMISSIONS,
  type SpaceWithDoors,
  templateByName,
} from "./templates.ts";
export {
  effectiveWebBridgeProfile,
  entranceOver,
  type WebBridgePlace,
  type WebBridgeProfiles,
  type WebBridgeRules,
  webBridgeProfiles,
} from "./web-bridge-profiles.ts";
