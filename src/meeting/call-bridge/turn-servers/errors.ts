import { type ErrorTable, errorsOf } from "#base";

const GUEST = "Sound and pictures have no way out of the meeting server right now: its administrator can mend this.";

export const turnServerErrors = {
  TURN_SERVER_NONE: {
    kind: "config",
    text: "no turnServers object serves this Call Bridge",
    remedy: "make one (`turnpike init` does, and POST /api/v1/turnServers), without callBridge or with this one",
    guest: GUEST,
  },
  TURN_SERVER_NAME_UNKNOWN: {
    kind: "system",
    text: "TURN server {server}: its name has no address ({why})",
    remedy: "correct `serverAddress` of the turnServers object, or the name server that this machine asks",
    guest: GUEST,
  },
  TURN_SERVER_NO_ADDRESS: {
    kind: "config",
    text: "the turnServers object {id} has neither serverAddress nor clientAddress",
    remedy: "set `serverAddress` to the address at which the Call Bridge reaches the TURN server",
    guest: GUEST,
  },
  TURN_SERVER_NO_CREDENTIALS: {
    kind: "config",
    text: "TURN server {server} has no credentials: {missing} is not set",
    remedy: "set `useShortTermCredentials` and `sharedSecret`, or `username` and `password`, of the turnServers object",
    guest: GUEST,
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(turnServerErrors);
