/**
 * Numbers of ICE failures, as event lines name them: "call 7: ICE failure 4 (unauthorized - check credentials)". 4 is the
 * one that the reference shows; the others are ours. docs/protocol/ice-failures.md explains each.
 */
export const ICE_FAILURES = {
  1: "no answer over UDP - check that the TURN server can be reached",
  2: "refused - see the log of the TURN server",
  3: "no path - check the firewall between the participant and the media",
  4: "unauthorized - check credentials",
  5: "name resolution failed - check the TURN server's name in DNS",
  6: "no connection over TCP or TLS - check that the TURN server can be reached",
  7: "allocation quota reached - check the TURN server's limits for each user",
  8: "insufficient capacity - check the TURN server's relay ports and its limits",
  9: "wrong credentials for the allocation - check that nobody else uses this user name",
  10: "stale nonce - check that nothing answers in the TURN server's place",
  11: "DTLS failed - check for a firewall that drops large or unknown packets",
  12: "path lost - check the participant's network",
  13: "no TURN server - configure one for participants outside",
  14: "media worker lost - it is restarted by itself",
} as const;

export type IceFailure = keyof typeof ICE_FAILURES;

/** TURN error codes (RFC 8656 19, RFC 8489 14.8) that have a number of their own. */
const BY_TURN_CODE: Readonly<Record<string, IceFailure>> = { 401: 4, 438: 10, 441: 9, 486: 7, 508: 8 };

const BY_CODE: Readonly<Record<string, IceFailure>> = {
  TURN_CLIENT_UNAUTHORIZED: 4,
  TURN_CLIENT_REFUSED: 2,
  MEDIA_ICE_TIMEOUT: 3,
  MEDIA_PATH_TIMEOUT: 12,
  MEDIA_WORKER_LOST: 14,
  TURN_SERVER_NONE: 13,
  TURN_SERVER_NAME_UNKNOWN: 5,
  TURN_SERVER_NO_ADDRESS: 5,
  TURN_SERVER_NO_CREDENTIALS: 4,
};

/** By the code with which an edge or a leg failed, and its words; undefined for what is no failure of the path. */
export function iceFailureOf(code: string, detail = ""): IceFailure | undefined {
  if (code === "TURN_CLIENT_REFUSED") {
    const turn = /refused [^:]*: (\d{3})\b/.exec(detail)?.[1] ?? "";
    return BY_TURN_CODE[turn] ?? 2;
  }
  if (code === "TURN_CLIENT_TIMEOUT" || code === "TURN_CLIENT_UNREACHABLE")
    return /over (tcp|tls)/i.test(detail) ? 6 : 1;
  if (code.startsWith("DNS_")) return 5;
  if (code.startsWith("MEDIA_DTLS_")) return 11;
  return BY_CODE[code];
}
