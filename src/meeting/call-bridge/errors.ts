import { type ErrorTable, errorsOf } from "#base";

export const callBridgeErrors = {
  JOIN_REFUSED: {
    kind: "user",
    text: "no space has this call id and passcode or secret",
    remedy: "compare the call id and passcode with the space's; `turnpike space list` shows them",
    guest: "That meeting ID, passcode or link is not right.",
  },
  JOIN_RATE_LIMITED: {
    kind: "user",
    text: "too many failed joins ({by})",
    remedy: "wait {seconds} s; if it goes on, someone is guessing: see the log for the addresses",
    guest: "There were too many tries from your network: please wait a little.",
  },
  JOIN_CALL_FULL: {
    kind: "user",
    text: "the call of space {space} has as many participants as one call may have",
    remedy: "end participants who need not be in it, or use another space",
    guest: "This meeting is full: please ask someone to leave, or try again later.",
  },
  MEDIA_NO_RELAY: {
    kind: "system",
    text: "no TURN server of `turnServers` can be used ({why}), so guests outside cannot send or receive media",
    remedy: "the status page of the administration shows the failure of each edge; mend it there or in `turnServers`",
    guest: "Sound and pictures have no way out of the meeting server right now: its administrator can mend this.",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(callBridgeErrors);
