import { STATUS_CODES } from "node:http";
import type { TurnpikeError } from "#base";
import { type ProxyErrorCode, STATUS } from "./errors.ts";
import { page } from "./page.ts";
import type { Header, Passage } from "./passage.ts";

export const ERROR_HEADER = "x-turnpike-error";

export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: string;
}

/** JSON for the API, a page for a person; both with the code, and neither with a word about the inside. */
export function answerTo(error: TurnpikeError, passage: Passage): Answer {
  const { traceId } = passage;
  const message = error.guest ?? "This request was not accepted.";
  const api = /^\/+api(\/|\?|$)/.test(passage.rawTarget);
  const body = api
    ? JSON.stringify({ error: { code: error.code, message, traceId } })
    : page(message, error.code, traceId);
  return {
    status: STATUS[error.code as ProxyErrorCode] ?? 500,
    headers: [
      ["content-type", api ? "application/json; charset=utf-8" : "text/html; charset=utf-8"],
      ["content-length", String(Buffer.byteLength(body))],
      ["cache-control", "no-store"],
      ["content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
      ["x-content-type-options", "nosniff"],
      [ERROR_HEADER, error.code],
      // What follows on a refused connection is not to be read as a request.
      ["connection", "close"],
    ],
    body,
  };
}

/** The answer's bytes, where no ServerResponse is at hand. */
export function serialise({ status, headers, body }: Answer): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines}\r\n${body}`;
}
