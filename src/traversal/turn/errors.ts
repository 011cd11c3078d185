import { type ErrorTable, errorsOf } from "#base";
import type { Attribute } from "#stun";

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
    remedy: "set `turn.sharedSecretFile`, or `turn.usersFile` and add a user with `turnpike turn user add`",
  },
  TURN_SECRET_UNREADABLE: {
    kind: "config",
    text: "`{key}`: {file} cannot be used ({why})",
    remedy: "make it a file with the secret in it that this user may read",
  },
  TURN_USERS_FILE: {
    kind: "config",
    text: "{file} cannot be used as the list of TURN users ({why})",
    remedy: "mend or remove it, and add the users again with `turnpike turn user add`",
  },
  TURN_USERS_REALM: {
    kind: "config",
    text: "TURN users in {file} were added for the realm {was}, and `turn.realm` is {realm}: their passwords cannot be checked",
    remedy: "set `turn.realm` back, or add the users again with `turnpike turn user add`",
  },
  TURN_USERS_OPEN: {
    kind: "config",
    text: "{file} can be read by others (mode {mode}), and holds keys that are as good as passwords",
    remedy: "`chmod 600 {file}`, and give the users new passwords if others may have read it",
  },
  TURN_USER_UNKNOWN: {
    kind: "user",
    text: "there is no TURN user {username}",
    remedy: "`turnpike turn user list` shows them",
  },
  TURN_USER_BAD_NAME: {
    kind: "user",
    text: "{username} cannot be the name of a TURN user ({why})",
    remedy: "choose another name, such as bridge1",
  },
  TURN_NEEDS_RESTART: {
    kind: "config",
    text: "{keys} cannot change while TURN runs",
    remedy: "drain with `turnpike turn drain`, then restart the edge",
  },
  TURN_RELAY_PRIVATE: {
    kind: "config",
    text: "relays are advertised at {address}, a private address: guests on the Internet cannot reach it",
    remedy:
      "set `turn.relay.{key}` to the public address that the firewall translates; if all guests are on that network, set `turn.relay.allowPrivate`",
  },
  TURN_RELAY_INSIDE: {
    kind: "config",
    text: "relays are bound to {address}, where the tunnels come in: they would stand in the inner network",
    remedy: "set `turn.relay.{key}` to the edge's address towards the Internet, {outer}",
  },
  TURN_BAD_PEER: {
    kind: "user",
    text: "`{peer}` is not an address that could be a peer",
    remedy: "give an IP address with or without a port, such as 192.0.2.10:5000 or [2001:db8::1]:5000",
  },
  TURN_BAD_CREDENTIAL: {
    kind: "user",
    text: "`{credential}` is neither a local user nor a short-term user name",
    remedy:
      "give a user of `turnpike turn user list`, a name such as 1789000000:guest:anna, or a role: guest or bridge",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(turnErrors);

/** RFC 8489 14.8, RFC 8656 19, RFC 6062 6.3, RFC 8016 3.3; 431 is RFC 3489's, which Expressway still sends. */
export const REASONS = {
  300: "Try Alternate",
  400: "Bad Request",
  401: "Unauthenticated",
  403: "Forbidden",
  405: "Mobility Forbidden",
  420: "Unknown Attribute",
  431: "Integrity Check Failure",
  437: "Allocation Mismatch",
  438: "Stale Nonce",
  440: "Address Family not Supported",
  441: "Wrong Credentials",
  442: "Unsupported Transport Protocol",
  443: "Peer Address Family Mismatch",
  446: "Connection Already Exists",
  447: "Connection Timeout or Failure",
  486: "Allocation Quota Reached",
  508: "Insufficient Capacity",
} as const;

export type TurnErrorCode = keyof typeof REASONS;

/** Thrown by a step of a request; the server turns it into the error response. */
export class TurnError extends Error {
  readonly code: TurnErrorCode;
  /** Go with the response. */
  readonly attributes: readonly Attribute[];
  /** `why` is for our log, not for the wire. */
  constructor(code: TurnErrorCode, why = "", list: readonly Attribute[] = []) {
    // Every session begins with a 401: a stack that nobody reads would be the dearest part of it.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(why || REASONS[code]);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.attributes = list;
  }
}
