import type { ErrorTable } from "#base";
import type { FailureCode } from "./model/failure.ts";
import { en } from "./strings/en.ts";

const guest = en.failures;

/** What the meeting app itself finds in a browser, for docs/errors.md; the app shows the guest's sentence only. */
export const appErrors = {
  APP_OFFLINE: {
    kind: "user",
    text: "the browser could not send the join request",
    remedy: "see whether the guest's network reaches the join host at all: name, TCP 443, certificate",
    guest: guest.APP_OFFLINE,
  },
  APP_SERVICE_SILENT: {
    kind: "system",
    text: "the join request was not answered within 6.5 s",
    remedy: "look for the trace in the logs of edge, core and meeting server: the last that has it is where it waits",
    guest: guest.APP_SERVICE_SILENT,
  },
  APP_SERVICE_FAILED: {
    kind: "system",
    text: "the join request was answered with a status or a body that is none of ours",
    remedy: "see whether another proxy stands before the edge, or app and server are of different versions",
    guest: guest.APP_SERVICE_FAILED,
  },
  APP_NOT_LOADED: {
    kind: "system",
    text: "the browser could not load the app's file with livekit-client",
    remedy: "see whether /assets/ passes the proxies; after an upgrade the guest reloads the page",
    guest: guest.APP_NOT_LOADED,
  },
  APP_BROWSER_UNSUPPORTED: {
    kind: "user",
    text: "the browser has no WebRTC that livekit-client could use",
    remedy: "the guest needs a current browser",
    guest: guest.APP_BROWSER_UNSUPPORTED,
  },
  APP_SIGNALLING_REFUSED: {
    kind: "peer",
    text: "the Call Bridge refused the access token",
    remedy: "see its log by the trace; tokens last ten minutes, so compare the clocks of the machines",
    guest: guest.APP_SIGNALLING_REFUSED,
  },
  APP_SIGNALLING_UNREACHABLE: {
    kind: "system",
    text: "the join was admitted, but the WebSocket to /rtc/v1 could not be opened",
    remedy: "see whether a proxy at the guest's or before the edge blocks WebSockets, and the edge's log by the trace",
    guest: guest.APP_SIGNALLING_UNREACHABLE,
  },
  APP_SIGNALLING_SILENT: {
    kind: "system",
    text: "the WebSocket to /rtc/v1 opened or hung, and no join response came in time",
    remedy: "see the Call Bridge's log and its load",
    guest: guest.APP_SIGNALLING_SILENT,
  },
  APP_SIGNALLING_CLOSED: {
    kind: "peer",
    text: "the signalling was closed before the join response",
    remedy: "see the Call Bridge's log by the trace: it names the reason",
    guest: guest.APP_SIGNALLING_CLOSED,
  },
  APP_MEDIA_NOT_OFFERED: {
    kind: "system",
    text: "the media answer is missing or names no candidate",
    remedy: "see callBridge.media and the TURN servers of the administration, and the media worker's log",
    guest: guest.APP_MEDIA_NOT_OFFERED,
  },
  APP_TURN_REFUSED: {
    kind: "config",
    text: "the TURN server answered the guest's credentials with 401, 438 or 441",
    remedy: "sharedSecret of the turnServer object and turn.sharedSecretFile of the edge must be the same",
    guest: guest.APP_TURN_REFUSED,
  },
  APP_TURN_FULL: {
    kind: "config",
    text: "the TURN server answered the guest with 486 or 508",
    remedy: "raise turn.maxAllocations or turn.maxAllocationsPerUser of the edge, or widen turn.relay.ports",
    guest: guest.APP_TURN_FULL,
  },
  APP_TURN_UNREACHABLE: {
    kind: "system",
    text: "neither a direct path nor the TURN server answered the guest",
    remedy:
      "see whether the firewalls let UDP 3478 and TCP 443 through to the edge, and turn.listen and clientAddress agree",
    guest: guest.APP_TURN_UNREACHABLE,
  },
  APP_NO_CANDIDATES: {
    kind: "user",
    text: "the browser gathered no candidate at all",
    remedy: "a policy or an extension of the guest's browser forbids WebRTC to use the network",
    guest: guest.APP_NO_CANDIDATES,
  },
  APP_CHECKS_UNANSWERED: {
    kind: "system",
    text: "there were candidates on both sides, and no connectivity check was answered",
    remedy: "see the edge's counters for refused peers, and turn.relay.advertised and the firewall's ports for relays",
    guest: guest.APP_CHECKS_UNANSWERED,
  },
  APP_DTLS_FAILED: {
    kind: "peer",
    text: "a path was found, but the DTLS handshake failed or did not end",
    remedy: "see the media worker's log by the trace; large packets may be lost on the way (MTU)",
    guest: guest.APP_DTLS_FAILED,
  },
} as const satisfies ErrorTable & Record<FailureCode, object>;
