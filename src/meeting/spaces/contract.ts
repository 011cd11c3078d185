/**
 * What a call leg may do and how it begins: the parameters of a callLegProfile that have an effect here, each inherited by
 * itself. Mutes are the server's view, as in the CMS API: rxAudioMute silences what the leg sends, txAudioMute what it hears.
 */
export interface CallLegRules {
  /** It waits in the lobby until an activator is there or lets it in. */
  readonly needsActivation: boolean;
  readonly deactivationMode: "deactivate" | "disconnect" | "remainActivated";
  /** Seconds between the last activator's leaving and that. */
  readonly deactivationModeTime: number;
  readonly endCallAllowed: boolean;
  readonly disconnectOthersAllowed: boolean;
  /** To lock, to unlock, to admit from the lobby and to send back to it. */
  readonly callLockAllowed: boolean;
  readonly muteOthersAllowed: boolean;
  readonly videoMuteOthersAllowed: boolean;
  readonly muteSelfAllowed: boolean;
  readonly videoMuteSelfAllowed: boolean;
  readonly presentationContributionAllowed: boolean;
  readonly presentationViewingAllowed: boolean;
  readonly setImportanceAllowed: boolean;
  readonly changeLayoutAllowed: boolean;
  readonly chatContributionAllowed: boolean;
  readonly rxAudioMute: boolean;
  readonly txAudioMute: boolean;
  readonly rxVideoMute: boolean;
  readonly txVideoMute: boolean;
  /** Seconds after which it is disconnected; undefined for ever. */
  readonly maxCallDurationTime: number | undefined;
  readonly qualityMain: "unrestricted" | "max1080p30" | "max720p30" | "max480p30";
  readonly participantCounter: "never" | "auto" | "always";
}

/** Levels at which a parameter may be set, lowest precedence first; named as in callLegProfileTrace. */
export const PROFILE_LEVELS = [
  "global",
  "tenant",
  "coSpace",
  "accessMethod",
  "coSpaceUser",
  "callOut",
  "callLeg",
] as const;
export type ProfileLevel = (typeof PROFILE_LEVELS)[number];

/** What a callProfile says of a call, inherited in the same way: global, tenant, coSpace. */
export interface CallRules {
  readonly participantLimit: number | undefined;
  /** The call begins locked. */
  readonly locked: boolean;
  /** Whom a lock keeps out: everyone, or only those who need activation. */
  readonly lockMode: "all" | "needsActivation";
  /**
   * Where ways in with and without passcode share a call id. "required": who shows nothing is not let in. "timeout": who
   * shows nothing comes in by the way without passcode, in a browser at once: there is no prompt that could time out.
   */
  readonly passcodeMode: "required" | "timeout";
  readonly passcodeTimeout: number | undefined;
  readonly chatAllowed: boolean;
  readonly raiseHandEnabled: boolean;
}

/** How someone asks for a space. */
export interface Entrance {
  /** Digits, or the user part of its URI. */
  readonly by: { readonly callId: string } | { readonly uri: string };
  /** From the link: stands in for the passcode. */
  readonly secret?: string;
  readonly passcode?: string;
  /** The user who signed in, by id: members enter without passcode. */
  readonly userId?: string;
  /** Nobody but a member finds it this way. */
  readonly membersOnly?: true;
}

/** Someone may enter: where, as what. */
export interface Admission {
  readonly space: {
    readonly id: string;
    readonly name: string;
    readonly uri: string | undefined;
    readonly callId: string | undefined;
    readonly tenant: string | undefined;
    readonly ownerJid: string | undefined;
  };
  /** The one whose call id, URI, passcode or secret was shown; undefined for the space's own. */
  readonly accessMethod: { readonly id: string; readonly name: string } | undefined;
  /** The coSpaceUser, if a member came in. */
  readonly member: { readonly id: string; readonly userId: string; readonly userJid: string } | undefined;
  /** The call id by which it was asked for, or the space's; in links and in the room's name. */
  readonly callId: string;
}
