import type { JoinFacts } from "../model/failure.ts";

export interface Wish {
  readonly callId: string;
  readonly name: string;
  readonly secret?: string;
  readonly passcode?: string;
}

/** What POST /api/join gives to someone who is admitted. */
export interface Admission {
  readonly space: { readonly name: string; readonly callId: string };
  readonly token: string;
  readonly iceServers: readonly {
    readonly urls: readonly string[];
    readonly username: string;
    readonly credential: string;
  }[];
  readonly traceId: string;
}

/** A join that broke, with what is known of it. */
export class JoinBroken extends Error {
  override readonly name = "JoinBroken";
  readonly facts: JoinFacts;

  constructor(facts: JoinFacts) {
    super(`join broke at ${facts.step}`);
    this.facts = facts;
  }
}

const TRACE_HEADER = "X-Turnpike-Trace";
const ERROR_HEADER = "X-Turnpike-Error";

/** @throws {JoinBroken} with facts of the step "finding", or the abort reason of `signal`. */
export async function requestAdmission(wish: Wish, traceId: string, signal: AbortSignal): Promise<Admission> {
  const response = await fetch("/api/join", {
    method: "POST",
    headers: { "Content-Type": "application/json", [TRACE_HEADER]: traceId },
    body: JSON.stringify(wish),
    cache: "no-store",
    signal,
  }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    console.info("join: no answer", thrown);
    throw new JoinBroken({ step: "finding", what: "offline" });
  });
  const body: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  if (response.ok && isAdmission(body)) return body;
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  if (response.ok && !error.code) throw new JoinBroken({ step: "finding", what: "garbled" });
  const code = text(error.code) || text(response.headers.get(ERROR_HEADER));
  const message = text(error.message);
  const retryAfter = seconds(error.retryAfter) || seconds(response.headers.get("Retry-After"));
  throw new JoinBroken({
    step: "finding",
    what: "answer",
    status: response.status,
    ...(code ? { code } : {}),
    ...(message ? { message } : {}),
    ...(retryAfter ? { retryAfter } : {}),
  });
}

/** Why the road is closed, as a plain request is told: a browser tells a page nothing about a refused WebSocket. */
export async function roadError(traceId: string): Promise<string | undefined> {
  try {
    const options = {
      headers: { [TRACE_HEADER]: traceId },
      signal: AbortSignal.timeout(1500),
      cache: "no-store",
    } as const;
    const response = await fetch("/api/health", options);
    return response.headers.get(ERROR_HEADER) ?? undefined;
  } catch {
    return undefined;
  }
}

function isAdmission(body: unknown): body is Admission {
  return (
    isRecord(body) &&
    typeof body.token === "string" &&
    Array.isArray(body.iceServers) &&
    isRecord(body.space) &&
    typeof body.space.name === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function seconds(value: unknown): number {
  const number = Math.ceil(Number(value));
  return number > 0 && number <= 3600 ? number : 0;
}
