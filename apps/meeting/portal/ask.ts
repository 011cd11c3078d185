/** A request to the meeting server that failed, as it told it. */
export class AskFailure extends Error {
  override readonly name = "AskFailure";
  /** The server's code; "" if it did not answer. */
  readonly code: string;
  /** The server's sentence, in English. */
  readonly said: string;
  /** The input that is wrong. */
  readonly field: string | undefined;
  /** Seconds until another try may help. */
  readonly retryAfter: number | undefined;
  readonly traceId: string | undefined;

  constructor(told: Told) {
    super(`request failed: ${told.code || "no answer"}`);
    this.code = told.code;
    this.said = told.message ?? "";
    this.field = told.field;
    this.retryAfter = told.retryAfter;
    this.traceId = told.traceId;
  }
}

interface Told {
  readonly code: string;
  readonly message?: string;
  readonly field?: string;
  readonly retryAfter?: number;
  readonly traceId?: string;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 15_000;

/**
 * Asks the meeting server for something below /api. The header shows it that this app asks, and no other page.
 * @throws {AskFailure}
 */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/api${path}`, {
    method,
    headers: { "X-Turnpike": "1", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  }).catch(() => {
    throw new AskFailure({ code: "" });
  });
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as T;
  throw new AskFailure(toldOf(answer, response.status));
}

function toldOf(answer: unknown, status: number): Told {
  const error = (answer as { error?: Partial<Told> } | undefined)?.error;
  return typeof error?.code === "string" ? { ...error, code: error.code } : { code: `HTTP_${status}` };
}
