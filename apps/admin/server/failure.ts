import type { Answer } from "./transport.ts";

export interface FailureFacts {
  /** 0: no answer. */
  readonly status: number;
  /** Of a role's error table, or of the CMS API ("duplicateCoSpaceId"). */
  readonly code: string;
  /** In the server's words. */
  readonly message?: string;
  readonly remedy?: string;
  /** The field that is wrong, and how. */
  readonly parameter?: string;
  readonly parameterError?: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

export class ServerFailure extends Error {
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts) {
    super(facts.message ?? facts.code);
    this.facts = facts;
  }
}

export function factsOf(thrown: unknown): FailureFacts {
  return thrown instanceof ServerFailure ? thrown.facts : { status: 0, code: "APP_FAILED", message: String(thrown) };
}

/** Both forms: `{ error: { code, message, remedy } }` of our routes, `{ failureDetails: { code, text } }` of the API. */
export function failureOf(answer: Answer): ServerFailure {
  const { status } = answer;
  const retry = Number(answer.header("retry-after"));
  const retryAfter = retry > 0 ? { retryAfter: retry } : {};
  const { error, failureDetails } = (parsed(answer.text) ?? {}) as Readonly<Record<string, unknown>>;
  if (isRecord(error) && typeof error.code === "string")
    return new ServerFailure({ status, code: error.code, ...texts(error, ["message", "remedy"]), ...retryAfter });
  if (!isRecord(failureDetails) || typeof failureDetails.code !== "string")
    return new ServerFailure({ status, code: `HTTP_${status}`, ...retryAfter });
  const words = texts(failureDetails, ["message", "parameter", "parameterError"], {
    message: "text",
    parameterError: "error",
  });
  return new ServerFailure({ status, code: failureDetails.code, ...words, ...retryAfter });
}

type TextName = "message" | "remedy" | "parameter" | "parameterError";

/** Those that are texts; `from` says under which other name one comes. */
function texts(
  record: Record<string, unknown>,
  names: readonly TextName[],
  from: Readonly<Partial<Record<TextName, string>>> = {},
): Partial<Record<TextName, string>> {
  const found = names.map((name) => [name, record[from[name] ?? name]] as const);
  return Object.fromEntries(found.filter(([, value]) => typeof value === "string"));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
