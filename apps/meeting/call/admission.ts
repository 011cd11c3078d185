import type { JoinFacts } from "../model/failure.ts";
import { type WaitWhy, whyOf } from "../model/room-state.ts";

export interface Wish {
  /** One of these two. */
  readonly callId?: string;
  readonly uri?: string;
  readonly name: string;
  readonly secret?: string;
  readonly passcode?: string;
  /** Asked before the click: whoever would have to wait is told so, and does not wait yet. */
  readonly ahead?: true;
  /** The link to send to guests, if not the one by which one came. Stays in this page. */
  readonly share?: string;
}

/** What POST /api/join gives to someone who is admitted. */
export interface Admission {
  readonly result: "admitted";
  readonly space: { readonly name: string; readonly callId: string };
  readonly token: string;
  readonly iceServers: readonly {
    readonly urls: readonly string[];
    readonly username: string;
    readonly credential: string;
  }[];
  readonly traceId: string;
}

/** What it gives to someone who is to wait: POST /api/lobby is asked with this token until it says otherwise. */
export interface Waiting {
  readonly result: "waiting";
  readonly space: { readonly name: string; readonly callId: string };
  readonly participant: { readonly name: string };
  readonly token: string;
  readonly why: WaitWhy;
  readonly traceId: string;
}

export type JoinReply = Admission | Waiting;

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

/** Whoever was in this meeting before comes back as the same one, with the access token of that time: `returning`. */
export function requestAdmission(
  { share: _, ...wish }: Wish,
  traceId: string,
  signal: AbortSignal,
  returning?: string,
): Promise<JoinReply> {
  return ask("/api/join", returning ? { ...wish, returning } : wish, traceId, signal);
}

/** News of someone in the lobby, after at most 25 s. */
export function requestNews(token: string, traceId: string, signal: AbortSignal): Promise<JoinReply> {
  return ask("/api/lobby", { token }, traceId, signal);
}

/** @throws {JoinBroken} with facts of the step "finding", or the abort reason of `signal`. */
async function ask(path: string, question: object, traceId: string, signal: AbortSignal): Promise<JoinReply> {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Turnpike": "1", [TRACE_HEADER]: traceId },
    body: JSON.stringify(question),
    cache: "no-store",
    signal,
  }).catch((thrown: unknown) => {
    signal.throwIfAborted();
    console.info("join: no answer", thrown);
    throw new JoinBroken({ step: "finding", what: "offline" });
  });
  const body: unknown = await response.json().catch(() => undefined);
  signal.throwIfAborted();
  const reply = response.ok ? replyOf(body) : undefined;
  if (reply) return reply;
  throw brokenBy(response, body);
}

function brokenBy(response: Response, body: unknown): JoinBroken {
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  if (response.ok && !error.code) return new JoinBroken({ step: "finding", what: "garbled" });
  const code = text(error.code) || text(response.headers.get(ERROR_HEADER));
  const message = text(error.message);
  const retryAfter = seconds(error.retryAfter) || seconds(response.headers.get("Retry-After"));
  return new JoinBroken({
    step: "finding",
    what: "answer",
    status: response.status,
    ...(code ? { code } : {}),
    ...(message ? { message } : {}),
    ...(retryAfter ? { retryAfter } : {}),
  });
}

/** Whether the whole road to the meeting server is open; a quick answer where news may take 25 s. */
export async function isReady(traceId: string): Promise<boolean> {
  try {
    const options = {
      headers: { [TRACE_HEADER]: traceId },
      signal: AbortSignal.timeout(4000),
      cache: "no-store",
    } as const;
    const response = await fetch("/api/health", options);
    const body: unknown = await response.json();
    return response.ok && isRecord(body) && Number(body.bridgeLinks) > 0;
  } catch {
    return false;
  }
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

function replyOf(body: unknown): JoinReply | undefined {
  if (!isRecord(body) || typeof body.token !== "string" || !isRecord(body.space)) return undefined;
  if (typeof body.space.name !== "string") return undefined;
  if (body.result === "waiting") return { ...(body as unknown as Waiting), why: whyOf(body.why) };
  return Array.isArray(body.iceServers) ? { ...(body as unknown as Admission), result: "admitted" } : undefined;
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
