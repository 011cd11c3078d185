import { type Log, TurnpikeError, textOf } from "#base";
import type { ClientOrigin, GuestError, PortalAnswer } from "#bridge-link";
import { MIN_PASSCODE } from "#spaces";
import { StorageDuplicate } from "#storage";
import { fail } from "../errors.ts";
import { LimitError } from "../limits.ts";

/** A failure as the app is told it; `field` names the input that it should mark. */
export type PortalError = GuestError & { readonly field?: string };

/** Refuses one field of a request. */
export class FieldError extends TurnpikeError {
  readonly field: string;
  constructor(code: "PORTAL_BAD_REQUEST" | "PORTAL_TAKEN", field: string, why: string, guest?: string) {
    const { kind, remedy, guest: usual, message } = fail(code, { field, why });
    super(code, { kind, text: message, remedy, guest: guest ?? usual ?? message });
    this.field = field;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  PORTAL_BAD_REQUEST: 400,
  SIGN_IN_REFUSED: 401,
  SIGN_IN_NEEDED: 401,
  PORTAL_NOT_ALLOWED: 403,
  PORTAL_NOT_FOUND: 404,
  SIGN_IN_NO_PROVIDER: 404,
  PORTAL_TAKEN: 409,
  PORTAL_CHANGED_MEANWHILE: 409,
  PORTAL_TOO_MANY: 409,
  SIGN_IN_RATE_LIMITED: 429,
};

/** The answer to a request that failed. What has no sentence for guests is the storage's or ours, and goes to the log. */
export function failed(error: unknown, origin: ClientOrigin, log: Log): PortalAnswer {
  const known = shownError(error, log.with({ trace: origin.traceId, address: origin.address }));
  const wait = known instanceof LimitError ? { retryAfter: known.seconds } : {};
  const field = known instanceof FieldError ? { field: known.field } : {};
  const told: PortalError = {
    code: known.code,
    message: known.guest ?? known.message,
    ...field,
    ...wait,
    traceId: origin.traceId,
  };
  return { status: STATUS[known.code] ?? 503, body: { error: told } };
}

function shownError(error: unknown, log: Log): TurnpikeError {
  const told = error instanceof TurnpikeError ? translated(error) : undefined;
  if (told?.guest !== undefined) return told;
  const why = textOf(error);
  log.error("portal request failed", { why, code: error instanceof TurnpikeError ? error.code : "unexpected" });
  return fail("PORTAL_UNAVAILABLE", { why }, error);
}

/** Errors of the storage and of spaces that come of what the user asked for. */
function translated(error: TurnpikeError): TurnpikeError {
  if (error instanceof StorageDuplicate) return new FieldError("PORTAL_TAKEN", error.field, "");
  switch (error.code) {
    case "STORAGE_NO_SUCH_OBJECT":
      return fail("PORTAL_NOT_FOUND");
    case "STORAGE_CHANGED_MEANWHILE":
      return fail("PORTAL_CHANGED_MEANWHILE");
    case "SPACE_PASSCODE_TOO_SHORT":
      return new FieldError("PORTAL_BAD_REQUEST", "passcode", "is too short", PASSCODE_TOO_SHORT);
    case "SPACE_BAD_FIELD":
      return new FieldError("PORTAL_BAD_REQUEST", "name", error.message, "Please choose another name.");
    default:
      return error;
  }
}

const PASSCODE_TOO_SHORT = `A passcode needs at least ${MIN_PASSCODE} characters.`;

export function ok(body: unknown): PortalAnswer {
  return { status: 200, body };
}

export const DONE: PortalAnswer = { status: 204 };
