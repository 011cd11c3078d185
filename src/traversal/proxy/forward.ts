import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { TurnpikeError, textOf } from "#base";
import { answerTo } from "./answer.ts";
import { bodyOf } from "./body.ts";
import { fail } from "./errors.ts";
import type { Header, Passage } from "./passage.ts";
import { endToEnd } from "./passes/hygiene.ts";
import type { Relay } from "./relay.ts";

/** What a server behind tells about itself. */
const BANNERS = new Set(["server", "x-powered-by", "via", "alt-svc"]);

/** Sends one request on, and its answer back, as both come. Never rejects. */
export async function forward(
  relay: Relay,
  passage: Passage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const outgoing = { method: passage.method, target: passage.path + passage.query, headers: passage.headers };
    const body = bodyOf(request, relay.limits.bodyBytes);
    const answer = await relay.upstream(passage.host).request(outgoing, body, gone.signal);
    response.writeHead(answer.status, answerHeaders(relay, passage, answer.headers).flat());
    relay.stalls.watch(response);
    pipeline(answer.body, response, (error) => {
      if (error && !response.writableFinished) response.destroy();
    });
  } catch (error) {
    if (!gone.signal.aborted) refuse(relay, passage, response, asRefusal(relay, passage, error));
  }
}

export function refuse(relay: Relay, passage: Passage, response: ServerResponse, error: TurnpikeError): void {
  relay.refused(error, passage);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const answer = answerTo(error, passage);
  response.writeHead(answer.status, answerHeaders(relay, passage, answer.headers, true).flat());
  response.end(answer.body);
}

/** An answer's headers as they go on: without what belongs to the other hop, with what this one adds. */
export function answerHeaders(relay: Relay, passage: Passage, headers: readonly Header[], own = false): Header[] {
  const kept = own ? headers : endToEnd(headers).filter(([name]) => !BANNERS.has(name));
  const added = relay.addedHeaders(passage);
  const names = new Set(added.map(([name]) => name));
  return [...kept.filter(([name]) => !names.has(name)), ...added];
}

export function asRefusal(relay: Relay, passage: Passage, error: unknown): TurnpikeError {
  if (error instanceof TurnpikeError && error.code in { PROXY_TOO_LARGE: 1, [relay.unreachable]: 1 }) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT" || code === "ABORT_ERR")
    return fail("PROXY_UPSTREAM_TIMEOUT", { host: passage.host }, error);
  return fail(relay.unreachable, { host: passage.host, why: textOf(error) }, error);
}
