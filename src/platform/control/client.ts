import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import type { AdminFailure } from "#admin-http";
import { TurnpikeError, textOf } from "#base";
import { fail } from "./errors.ts";
import { checkLength } from "./place.ts";

/** Longer than a reload takes, which reads every file of the configuration again. */
const TIMEOUT_MS = 15_000;

/** Asks the role that listens on the socket; throws the error that the role answered with, or why there was no answer. */
export async function callControl<T>(
  socketPath: string,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body: unknown = {},
): Promise<T> {
  checkLength(socketPath);
  const { status, answer } = await exchange(socketPath, method, path, body);
  if (status === 200) return parse(socketPath, answer) as T;
  throw refusalOf(socketPath, status, answer);
}

/**
 * The data of each event of a stream, until the role ends it or the caller stops asking. Throws the error that the role
 * answered with, or why there was no answer.
 */
export async function* followControl<T = unknown>(socketPath: string, path: string): AsyncGenerator<T> {
  checkLength(socketPath);
  const call = request({ socketPath, method: "GET", path, headers: { accept: "text/event-stream" }, agent: false });
  try {
    call.end();
    const timer = AbortSignal.timeout(TIMEOUT_MS);
    const [response] = (await once(call, "response", { signal: timer })) as [IncomingMessage];
    if (response.statusCode !== 200) throw refusalOf(socketPath, response.statusCode, await text(response));
    for await (const { event, data } of eventsOf(response)) {
      if (event === "end") return;
      yield parse(socketPath, data) as T;
    }
  } catch (error) {
    throw explain(socketPath, error);
  } finally {
    call.on("error", () => {});
    call.destroy();
  }
}

interface Event {
  readonly event: string;
  readonly data: string;
}

async function* eventsOf(response: IncomingMessage): AsyncGenerator<Event> {
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop()!;
    yield* blocks.map(eventOf).filter((event) => event !== undefined);
  }
}

/** A server-sent event as our server writes it, each field in one line (HTML 9.2.6); undefined for a comment. */
function eventOf(block: string): Event | undefined {
  const value = (field: string) =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${field}: `))
      ?.slice(field.length + 2);
  const data = value("data");
  return data === undefined ? undefined : { event: value("event") ?? "message", data };
}

/** The error that the role answered with. */
export function refusalOf(path: string, status: number | undefined, answer: string): TurnpikeError {
  return errorOf(parse(path, answer)) ?? fail("CONTROL_NO_ANSWER", { path, why: `HTTP status ${status}` });
}

interface Answer {
  readonly status: number;
  readonly answer: string;
}

async function exchange(socketPath: string, method: string, path: string, body: unknown): Promise<Answer> {
  const sent = method === "GET" ? undefined : JSON.stringify(body);
  // Node would send the body of a DELETE without a length.
  const headers =
    sent === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(sent) };
  const call = request({ socketPath, method, path, headers, signal: AbortSignal.timeout(TIMEOUT_MS), agent: false });
  try {
    call.end(sent);
    const [response] = (await once(call, "response")) as [IncomingMessage];
    return { status: response.statusCode!, answer: await text(response) };
  } catch (error) {
    throw explain(socketPath, error);
  }
}

/** Why there was no answer; what the role answered stays what it is. */
export function explain(path: string, thrown: unknown): TurnpikeError {
  if (thrown instanceof TurnpikeError) return thrown;
  const error = thrown as NodeJS.ErrnoException;
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") return fail("CONTROL_NOT_RUNNING", { path }, error);
  if (error.code === "EACCES" || error.code === "EPERM") return fail("CONTROL_FORBIDDEN", { path }, error);
  const why = error.name === "AbortError" ? `not within ${TIMEOUT_MS / 1000} s` : error.message;
  return fail("CONTROL_NO_ANSWER", { path, why }, error);
}

function parse(path: string, answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch (error) {
    throw fail("CONTROL_NO_ANSWER", { path, why: textOf(error) });
  }
}

function errorOf(value: unknown): TurnpikeError | undefined {
  const { error } = (value ?? {}) as Partial<AdminFailure>;
  if (typeof error?.code !== "string") return undefined;
  return new TurnpikeError(error.code, { kind: error.kind, text: error.message, remedy: error.remedy });
}
