import { STATUS_CODES } from "node:http";
import type { TurnpikeError } from "#base";
import { type RefusalCode, STATUS } from "./errors.ts";
import { languageOf } from "./language.ts";
import { page } from "./page.ts";
import { type Header, type Passage, valuesOf } from "./passage.ts";
import { WORDS } from "./words.ts";

export const ERROR_HEADER = "x-turnpike-error";

export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** Statuses that may be over soon, and when to ask again, seconds. */
const RETRY_SECONDS: Readonly<Record<number, number>> = { 429: 1, 502: 5, 503: 30, 504: 5 };

/** JSON for the API, a page for a person; both with the code, and neither with a word about the inside. */
export function answerTo(error: TurnpikeError, passage: Passage): Answer {
  const { traceId } = passage;
  const { code } = error;
  const status = STATUS[code as RefusalCode] ?? 500;
  const retrySeconds = RETRY_SECONDS[status];
  const api = wantsJson(passage);
  const language = languageOf(valuesOf(passage.headers, "accept-language").join());
  const message =
    (language === "en" ? error.guest : WORDS[language].refusals[code as RefusalCode]) ?? WORDS[language].refused;
  const body = api
    ? JSON.stringify({ error: { code, message: error.guest ?? WORDS.en.refused, traceId } })
    : page({ language, sentence: message, code, traceId, retries: status >= 500 });
  return {
    status,
    headers: [
      ["content-type", api ? "application/json; charset=utf-8" : "text/html; charset=utf-8"],
      ["content-length", String(Buffer.byteLength(body))],
      ["cache-control", "no-store"],
      ["content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
      ["x-content-type-options", "nosniff"],
      ["referrer-policy", "no-referrer"],
      ...(api ? [] : [["content-language", language] as const, ["vary", "accept-language"] as const]),
      ...(retrySeconds === undefined ? [] : [["retry-after", String(retrySeconds)] as const]),
      [ERROR_HEADER, code],
      // What follows on a refused connection is not to be read as a request.
      ["connection", "close"],
    ],
    body,
  };
}

/** Programs ask the API, or for JSON and not for a page. */
function wantsJson({ rawTarget, headers }: Passage): boolean {
  if (/^\/+api(\/|\?|$)/.test(rawTarget)) return true;
  const accepted = valuesOf(headers, "accept").join();
  return accepted.includes("application/json") && !accepted.includes("text/html");
}

/** The answer's bytes, where no ServerResponse is at hand. */
export function serialise({ status, headers, body }: Answer): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines}\r\n${body}`;
}
