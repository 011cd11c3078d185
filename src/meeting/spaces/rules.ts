import { CALL_LEG_FIELDS, type FieldValue } from "#api-schema";
import type { Fields } from "#storage";
import type { CallLegRules, CallRules, ProfileLevel } from "./contract.ts";

/**
 * Where nothing is set. muteOthers, videoMuteOthers, muteSelf, videoMuteSelf, changeLayout and needsActivation are CMS's
 * documented defaults. CMS does not document the others: what steers other people's meeting is off, so that nobody is a
 * host whom no profile made one; what one does for oneself is on.
 */
export const CALL_LEG_DEFAULTS: CallLegRules = {
  needsActivation: false,
  deactivationMode: "deactivate",
  deactivationModeTime: 0,
  endCallAllowed: false,
  disconnectOthersAllowed: false,
  callLockAllowed: false,
  muteOthersAllowed: false,
  videoMuteOthersAllowed: false,
  muteSelfAllowed: true,
  videoMuteSelfAllowed: true,
  presentationContributionAllowed: true,
  presentationViewingAllowed: true,
  setImportanceAllowed: false,
  changeLayoutAllowed: true,
  chatContributionAllowed: true,
  rxAudioMute: false,
  txAudioMute: false,
  rxVideoMute: false,
  txVideoMute: false,
  maxCallDurationTime: undefined,
  qualityMain: "unrestricted",
  participantCounter: "auto",
};

export const CALL_DEFAULTS: CallRules = {
  participantLimit: undefined,
  locked: false,
  lockMode: "needsActivation",
  passcodeMode: "timeout",
  passcodeTimeout: undefined,
  chatAllowed: true,
  raiseHandEnabled: true,
};

/** One level's profile, or the parameters that a call leg has of its own. */
export interface Level {
  readonly scope: ProfileLevel;
  /** Undefined for a call leg's own parameters. */
  readonly profileId: string | undefined;
  /** At coSpaceUser. */
  readonly userId?: string;
  /** What is set there. */
  readonly values: Readonly<Record<string, FieldValue>>;
}

/** Each parameter by itself from the last level that sets it; levels with the lowest precedence first. */
export function legRulesOf(levels: readonly Level[]): CallLegRules {
  return inherited(CALL_LEG_DEFAULTS, levels);
}

export function callRulesOf(levels: readonly Level[]): CallRules {
  return inherited(CALL_DEFAULTS, levels);
}

/** A profile's parameters without its name. */
export function profileValues(fields: Fields): Level["values"] {
  const { name: _, ...values } = fields;
  return values;
}

/** Names of all parameters that a call leg may have of its own, also of those without effect here. */
export const CALL_LEG_PARAMETERS: readonly string[] = CALL_LEG_FIELDS.map(({ name }) => name);

function inherited<T extends object>(defaults: T, levels: readonly Level[]): T {
  const rules = { ...defaults } as Record<string, unknown>;
  for (const { values } of levels)
    for (const name of Object.keys(defaults)) if (values[name] !== undefined) rules[name] = values[name];
  return rules as T;
}
