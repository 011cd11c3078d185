import { TurnpikeError } from "#base";
import type { GuestError } from "#bridge-link";
import { fail } from "./errors.ts";

const FALLBACK = "Something went wrong on the meeting server. Please try again.";

/** A failure as the meeting app is told it: code and sentence, and nothing of its inside. */
export function guestError(error: unknown, traceId: string): GuestError {
  const known =
    error instanceof TurnpikeError && error.guest ? error : fail("WEB_BRIDGE_FAILED", { why: "unexpected" });
  return { code: known.code, message: known.guest ?? FALLBACK, traceId };
}

/** The Web Bridge's own limit has the code of the Call Bridge's: a guest is told one thing and does one thing. */
export function rateLimited(retryAfter: number, traceId: string): GuestError {
  const message = "There were too many tries. Please wait a moment and try again.";
  return { code: "JOIN_RATE_LIMITED", message, retryAfter, traceId };
}

const STATUS: Readonly<Record<string, number>> = {
  JOIN_BAD_REQUEST: 400,
  JOIN_REFUSED: 403,
  JOIN_SIGNED_OUT: 401,
  JOIN_SIGN_IN_NEEDED: 401,
  LOBBY_REFUSED: 403,
  LOBBY_GONE: 410,
  LOBBY_FULL: 503,
  CALL_REMOVED: 403,
  CALL_ENDED: 410,
  CONTROL_NOT_ALLOWED: 403,
  CONTROL_NOT_IN_CALL: 403,
  CALL_NO_SUCH_OBJECT: 404,
  WEB_BRIDGE_FORGED: 403,
  WEB_BRIDGE_NOT_FOUND: 404,
  JOIN_RATE_LIMITED: 429,
  WEB_BRIDGE_FAILED: 500,
};

/** The HTTP status for a code; 503 for those that time or an administrator may mend. */
export function statusOf(code: string): number {
  return STATUS[code] ?? 503;
}
