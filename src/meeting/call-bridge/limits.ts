/** What one source, one meeting or one call may take of the Call Bridge. */

/** Failed joins in a minute: from one source network, and for one meeting by passcode. */
export const FAILURES = { windowMs: 60_000, perSource: 10, perMeeting: 30 } as const;

export const LOBBY = {
  /** In one call. */
  waiting: 100,
  /** From one source network, over all calls: a school behind one address fits in. */
  perSource: 200,
  /** Who has not asked for news for so long is gone. */
  silenceMs: 40_000,
  /** Requests of one person that wait at the same time: a reloaded page leaves one behind. */
  polls: 4,
} as const;

/** After being admitted someone has this long to connect, ms. */
export const EXPECTED_MS = 60_000;
/** People of one call who were admitted and have not come, or have left and may come back; the oldest are forgotten. */
export const MAX_ABSENT = 500;
/** LiveKit's clients try for so long to mend their connection, at most; a call that is empty meanwhile waits for them, ms. */
export const MENDING_MS = 45_000;
/** A call that was started for nobody lasts so long without anybody, ms. */
export const EMPTY_MS = 60_000;
