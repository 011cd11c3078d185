import { type ErrorTable, errorsOf } from "#base";

export const webBridgeErrors = {
  JOIN_BAD_REQUEST: {
    kind: "user",
    text: "a join request was not well formed: {field} {why}",
    remedy: "use the meeting app, or send the fields that docs/protocol names",
    guest: "The meeting server did not understand the request: check the meeting ID and your name.",
  },
  WEB_BRIDGE_CANNOT_LISTEN: {
    kind: "config",
    text: "the Web Bridge cannot listen on {where} ({why})",
    remedy: "free the port or change webBridge.listen",
  },
  WEB_BRIDGE_NO_APP: {
    kind: "system",
    text: "the meeting app is not in {folder}",
    remedy: "build it with `npm run build`",
    guest: "The meeting page is not installed on this server. Please tell its administrator.",
  },
  WEB_BRIDGE_NOT_FOUND: {
    kind: "user",
    text: "nothing is served at this address",
    remedy: "the meeting app is at /, its API under /api",
    guest: "There is nothing at this address. Please check the link.",
  },
  WEB_BRIDGE_FORGED: {
    kind: "user",
    text: "a request with the cookie of a signed-in user did not come from the meeting app's own page ({why})",
    remedy: "programs send the session as `Authorization: Bearer`, or the header `x-turnpike: 1` beside the cookie",
    guest: "This request did not come from the meeting page. Please open the page again.",
  },
  WEB_BRIDGE_FAILED: {
    kind: "bug",
    text: "the Web Bridge failed to answer ({why})",
    remedy: "see its log for the trace id",
    guest: "Something went wrong on the meeting server. Please try again.",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(webBridgeErrors);
