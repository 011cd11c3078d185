import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import type { Log } from "#base";
import { type AcmeProblem, problemOf } from "./problem.ts";
import { retryAfterMs } from "./schedule.ts";

/** One request may take so long, ms. */
const REQUEST_MS = 30_000;
/** Bytes of an answer; a chain has some ten thousand. */
const ANSWER_MAX = 1_000_000;

/** What the requests of one order share. */
export interface Road {
  /** PEM authorities to trust instead of the system's. */
  readonly ca: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The last refusal: the library keeps only its text. */
  refusal: { readonly problem: AcmeProblem; readonly askedMs: number } | undefined;
}

/** The library has one HTTP client for all that it does; this says for whom it does it. */
export const roads = new AsyncLocalStorage<Road>();

/** As the library's HTTP client hands it over. */
export interface Carried {
  readonly url?: string;
  readonly method?: string;
  readonly headers: { toJSON(): object };
  readonly data?: unknown;
}

/**
 * Carries one request of the library, in place of its own way: that hides why a server could not be reached, asks again by itself
 * when it is rate limited, follows redirects and takes answers of any size.
 */
export async function carry(config: Carried) {
  const road = roads.getStore();
  if (!road) throw new Error("a request of no order");
  const { url = "", method = "GET", headers, data } = config;
  if (!URL.canParse(url) || new URL(url).protocol !== "https:")
    throw new Error(`it names ${url}, which is no https URL`);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.any([road.signal, AbortSignal.timeout(REQUEST_MS)]);
    const options = { method: method.toUpperCase(), headers: { ...headers.toJSON() }, signal, agent: false } as const;
    request(url, { ...options, ...(road.ca && { ca: [...road.ca] }) }, resolve)
      .on("error", reject)
      .end(data);
  });
  const answer = {
    data: await textOfBody(response),
    status: response.statusCode!,
    statusText: "",
    headers: response.headers as Record<string, string>,
    config,
  };
  if (answer.status >= 400)
    road.refusal = { problem: problemOf(answer), askedMs: retryAfterMs(response.headers["retry-after"], Date.now()) };
  return answer;
}

async function textOfBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > ANSWER_MAX) throw new Error(`its answer is longer than ${ANSWER_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
