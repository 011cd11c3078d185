import { type ErrorTable, errorsOf } from "#base";

export const turnErrors = {
  TURN_LISTENER_TAKEN: {
    kind: "config",
    text: "TURN cannot listen on {listener}: the port is taken",
    remedy: "stop the program that holds it (`ss -lnptu`), or change `turn.listen`",
  },
  TURN_LISTENER_FAILED: {
    kind: "config",
    text: "TURN cannot listen on {listener} ({why})",
    remedy: "`turn.listen` must name an address of this machine and a port that this user may bind",
  },
  TURN_RELAY_ADDRESS: {
    kind: "config",
    text: "TURN cannot bind relays on {address} ({why})",
    remedy:
      "`turn.relay.address` must be an address of this machine; the public one behind a NAT is `turn.relay.advertised`",
  },
  TURN_NO_CREDENTIALS: {
    kind: "config",
    text: "TURN has neither a shared secret nor users: nobody could use it",
    remedy: "set `turn.sharedSecretFile` or `turn.users`",
  },
  TURN_SECRET_UNREADABLE: {
    kind: "config",
    text: "`{key}`: {file} cannot be used ({why})",
    remedy: "make it a file with the secret in it that this user may read",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(turnErrors);

/** RFC 8489 14.8, RFC 8656 19. */
export const REASONS = {
  400: "Bad Request",
  401: "Unauthenticated",
  403: "Forbidden",
  420: "Unknown Attribute",
  437: "Allocation Mismatch",
  438: "Stale Nonce",
  440: "Address Family not Supported",
  441: "Wrong Credentials",
  442: "Unsupported Transport Protocol",
  443: "Peer Address Family Mismatch",
  486: "Allocation Quota Reached",
  508: "Insufficient Capacity",
} as const;

export type TurnErrorCode = keyof typeof REASONS;

/** Thrown by a step of a request; the server turns it into the error response. */
export class TurnError extends Error {
  readonly code: TurnErrorCode;
  /** Attribute types, with 420. */
  readonly unknown: readonly number[];
  /** `why` is for our log, not for the wire. */
  constructor(code: TurnErrorCode, why = "", unknown: readonly number[] = []) {
    super(why || REASONS[code]);
    this.code = code;
    this.unknown = unknown;
  }
}
