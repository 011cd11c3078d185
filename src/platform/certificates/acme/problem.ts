import { type TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";

/** RFC 7807, as ACME servers tell what they do not like (RFC 8555 6.7). Nothing of it is trusted to be there. */
export interface AcmeProblem {
  readonly type?: unknown;
  readonly detail?: unknown;
  readonly subproblems?: unknown;
}

const URN = "urn:ietf:params:acme:error:";
/** Longer details are cut: they go to logs and pages. */
const DETAIL_MAX = 400;

const CODES = {
  connection: "CERTIFICATE_ACME_NO_ANSWER",
  tls: "CERTIFICATE_ACME_NO_ANSWER",
  unauthorized: "CERTIFICATE_ACME_WRONG_ANSWER",
  incorrectResponse: "CERTIFICATE_ACME_WRONG_ANSWER",
  dns: "CERTIFICATE_ACME_DNS",
  caa: "CERTIFICATE_ACME_CAA",
  rateLimited: "CERTIFICATE_ACME_RATE_LIMITED",
  rejectedIdentifier: "CERTIFICATE_ACME_NAME_REFUSED",
  unsupportedIdentifier: "CERTIFICATE_ACME_NAME_REFUSED",
} as const;

/** The error that an administrator can act on. `name` is whose authorization failed, if it was one. */
export function problemError(problem: AcmeProblem, name?: string): TurnpikeError {
  const kind = typeof problem.type === "string" && problem.type.startsWith(URN) ? problem.type.slice(URN.length) : "";
  const why = [kind, detailOf(problem)].filter(Boolean).join(": ") || "it gives no reason";
  // Of an account, not of a name: a deactivated account is "unauthorized" too.
  if (!name && (kind === "unauthorized" || kind === "connection")) return fail("CERTIFICATE_ACME_REFUSED", { why });
  const code = Object.hasOwn(CODES, kind) ? CODES[kind as keyof typeof CODES] : "CERTIFICATE_ACME_REFUSED";
  return fail(code, { why, name: name ?? "a name" });
}

/** A server that is overloaded, or something before it, may answer with a page instead of a problem. */
export function problemOf({ data, status }: { readonly data: string; readonly status: number }): AcmeProblem {
  try {
    const problem: unknown = JSON.parse(data);
    if (problem && typeof problem === "object") return problem;
  } catch {}
  return status === 429 ? { type: `${URN}rateLimited` } : { detail: `HTTP status ${status}` };
}

export function isKind(problem: AcmeProblem | undefined, kind: string): boolean {
  return problem?.type === URN + kind;
}

function detailOf({ detail, subproblems }: AcmeProblem): string {
  const all = [detail, ...(Array.isArray(subproblems) ? subproblems.map((sub) => sub?.detail) : [])];
  return printable(all.filter((text) => typeof text === "string").join("; "));
}

function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  return clean.length > DETAIL_MAX ? `${clean.slice(0, DETAIL_MAX)}…` : clean;
}

/** No answer at all: TLS errors need another remedy than a closed port. */
export function roadError(thrown: unknown, directory: string): TurnpikeError {
  const { code = "" } = (thrown ?? {}) as { code?: string };
  const why = printable(textOf(thrown)) || code || "no answer";
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME|ALTNAME/.test(code);
  return fail(untrusted ? "CERTIFICATE_ACME_UNTRUSTED" : "CERTIFICATE_ACME_UNREACHABLE", { directory, why }, thrown);
}
