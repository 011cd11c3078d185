import { type ErrorTable, errorsOf } from "#base";

const RELAY_DOWN = "The meeting's media relay cannot be reached. Please tell the meeting's organiser.";

export const callBridgeErrors = {
  JOIN_REFUSED: {
    kind: "user",
    text: "no space has this call id and passcode or secret",
    remedy: "compare the call id and passcode with the space's; `turnpike space list` shows them",
    guest: "The meeting ID or the passcode is not right.",
  },
  JOIN_RATE_LIMITED: {
    kind: "user",
    text: "too many failed joins ({by})",
    remedy: "wait {seconds} s; if it goes on, someone is guessing: see the log for the addresses",
    guest: "There were too many tries. Please wait a moment and try again.",
  },
  JOIN_CALL_FULL: {
    kind: "user",
    text: "the call of space {space} has as many participants as one call may have",
    remedy: "end participants who need not be in it, or use another space",
    guest: "This meeting is full.",
  },
  MEDIA_NO_RELAY: {
    kind: "system",
    text: "no TURN server of `turnServers` can be used ({why}), so guests outside cannot send or receive media",
    remedy: "see Status > Call Bridge for the failure of each edge; mend it there or in `turnServers`",
    guest: RELAY_DOWN,
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(callBridgeErrors);
