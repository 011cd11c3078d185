import { LimitError } from "#admin-http";
import { NOUNS } from "#api-schema";
import { type Log, TurnpikeError, textOf } from "#base";
import { StorageDuplicate } from "#storage";
import { ApiFailure, missing, parameterError, refused } from "./failure.ts";

/** What anything thrown is in the API's words. Only what nobody expected is a fault of ours, and is logged. */
export function failureOf(thrown: unknown, log: Log): ApiFailure {
  if (thrown instanceof ApiFailure) return thrown;
  if (thrown instanceof StorageDuplicate) return duplicate(thrown);
  if (thrown instanceof LimitError)
    return new ApiFailure(429, "tooManyRequests", {}, thrown.message, thrown.retryAfterSeconds);
  if (thrown instanceof TurnpikeError) {
    const known = byCode(thrown);
    if (known) return known;
  }
  const status = (thrown as { readonly statusCode?: unknown } | null)?.statusCode;
  if (status === 413) return new ApiFailure(413, "requestTooLarge");
  if (typeof status === "number" && status >= 400 && status < 500)
    return new ApiFailure(status, "malformedRequest", {}, textOf(thrown));
  log.error("API failed to answer", { why: textOf(thrown) });
  return new ApiFailure(500, "internalServerError");
}

function duplicate({ group, field, samePlace, message }: StorageDuplicate): ApiFailure {
  if (group === "callId") return refused(samePlace ? "duplicateCoSpaceIdPasscode" : "duplicateCoSpaceId", message);
  if (group === "uri") return refused(samePlace ? "duplicateCoSpaceUriPasscode" : "duplicateCoSpaceUri", message);
  if (group === "callBridgeName") return refused("duplicateCallBridgeName", message);
  return parameterError(field, "duplicate", message);
}

function byCode(error: TurnpikeError): ApiFailure | undefined {
  const { code, message, remedy, kind } = error;
  const detail = `${message}; ${remedy}`;
  switch (code) {
    case "STORAGE_CHANGED_MEANWHILE":
      return new ApiFailure(412, "changedMeanwhile", {}, detail);
    case "STORAGE_TOO_MANY":
      return refused(/\bcdrReceiver\b/.test(message) ? "tooManyCdrReceivers" : "tooManyObjects", detail);
    case "STORAGE_NO_SUCH_OBJECT":
      return missing(missingIn(message));
    case "SPACE_BAD_FIELD":
      return parameterError(/'s (\w+) is not right/.exec(message)?.[1] ?? "name", "invalidValue", detail);
    case "SPACE_PASSCODE_TOO_SHORT":
      return refused("passcodeTooShort", detail);
    case "SPACE_NO_SUCH_USER":
      return refused("userDoesNotExist", detail);
    case "LDAP_TOO_MANY_SYNCS":
      return refused("tooManyLdapSyncs", detail);
    case "STORAGE_MISUSED":
      return undefined;
    case "ADMIN_FORGED":
      return new ApiFailure(403, "forgedRequest", {}, detail);
  }
  if (code.startsWith("STORAGE_") && kind === "system") return new ApiFailure(503, "databaseNotReady", {}, message);
  if (kind === "system") return new ApiFailure(503, "serviceUnavailable", {}, detail);
  return kind === "user" ? refused("invalidOperation", detail) : undefined;
}

/** The object went away between the look and the change. */
function missingIn(message: string): string {
  const noun = [...NOUNS.values()].find(({ name }) => message.includes(` ${name} `));
  return noun?.missing ?? "unrecognizedObject";
}
