import { type ErrorTable, errorsOf } from "#base";

export const mediaSignallingErrors = {
  SIGNALLING_BAD_FRAME: {
    kind: "peer",
    text: "the client sent a signalling message that cannot be read ({why})",
    remedy: "update the client: it must speak LiveKit's client protocol",
  },
  SIGNALLING_BAD_JOIN: {
    kind: "peer",
    text: "the client's join request cannot be read ({why})",
    remedy: "update the client: it must speak LiveKit's client protocol version 1 (`/rtc/v1`)",
  },
  SIGNALLING_BAD_OFFER: {
    kind: "peer",
    text: "the client's session description cannot be used ({why})",
    remedy: "update the browser; if it is up to date, send us the webrtc-internals dump of the join",
    guest: "This browser cannot take part in the meeting.",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(mediaSignallingErrors);
