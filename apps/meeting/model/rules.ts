/** What one may do in a meeting, as the server tells it in the attribute `turnpike.rules` of oneself. */
export interface Rules {
  /** To lock, to unlock, to let in from the lobby and to send there. */
  readonly lock: boolean;
  readonly endForAll: boolean;
  readonly remove: boolean;
  readonly muteOthers: boolean;
  readonly stopOthersVideo: boolean;
  /** Present a screen. */
  readonly share: boolean;
  /** One's microphone is held muted; `unmuteSelf` says whether one may open it again. */
  readonly micHeld: boolean;
  readonly unmuteSelf: boolean;
  readonly cameraHeld: boolean;
  readonly startOwnVideo: boolean;
  /** One is shown no pictures, or hears nothing, because a host wants it so. */
  readonly soundWithheld: boolean;
  readonly videoWithheld: boolean;
}

/** A server that tells no rules lets everyone do for themselves what they like, and nothing to others. */
export const NO_RULES: Rules = {
  lock: false,
  endForAll: false,
  remove: false,
  muteOthers: false,
  stopOthersVideo: false,
  share: true,
  micHeld: false,
  unmuteSelf: true,
  cameraHeld: false,
  startOwnVideo: true,
  soundWithheld: false,
  videoWithheld: false,
};

const NAMES: Readonly<Record<keyof Rules, string>> = {
  lock: "callLockAllowed",
  endForAll: "endCallAllowed",
  remove: "disconnectOthersAllowed",
  muteOthers: "muteOthersAllowed",
  stopOthersVideo: "videoMuteOthersAllowed",
  share: "presentationContributionAllowed",
  micHeld: "rxAudioMute",
  unmuteSelf: "muteSelfAllowed",
  cameraHeld: "rxVideoMute",
  startOwnVideo: "videoMuteSelfAllowed",
  soundWithheld: "txAudioMute",
  videoWithheld: "txVideoMute",
};

export function rulesOf(json: string | undefined): Rules {
  const told = parsed(json);
  const rules = Object.entries(NAMES).map(([rule, name]) => {
    const value = told[name];
    return [rule, typeof value === "boolean" ? value : NO_RULES[rule as keyof Rules]];
  });
  return Object.fromEntries(rules) as unknown as Rules;
}

/** Why a device of one's own cannot be used now; undefined if it can. */
export type Forbidden = "unmute" | "camera" | "share";

export function forbidden(rules: Rules, what: "mic" | "camera" | "screen"): Forbidden | undefined {
  switch (what) {
    case "mic":
      return rules.micHeld && !rules.unmuteSelf ? "unmute" : undefined;
    case "camera":
      return rules.cameraHeld && !rules.startOwnVideo ? "camera" : undefined;
    case "screen":
      return rules.share ? undefined : "share";
  }
}

export function isHost(rules: Rules): boolean {
  return rules.lock || rules.endForAll || rules.remove || rules.muteOthers;
}

/** JSON of an object, or nothing: what comes from the server may be of another version. */
export function parsed(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json || "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
