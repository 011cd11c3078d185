import { METHODS } from "node:http";
import type { Header } from "../passage.ts";

/** What came is not HTTP/1.1 (RFC 9112), or not in a form in which two readers would agree about it. */
export class NotHttp extends Error {}
/** Two readers could find the end of the message in two places: how requests are smuggled. */
export class BadFraming extends NotHttp {}

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  /** "1.0" or "1.1". */
  readonly version: string;
  readonly headers: Header[];
}

export interface AnswerHead {
  readonly version: string;
  readonly status: number;
  readonly headers: Header[];
}

/** RFC 9112 6.3: where a body ends. */
export type Framing = "none" | "chunked" | "close" | number;

export const END_OF_HEAD = "\r\n\r\n";
const REQUEST_LINE = /^([A-Z-]{1,24}) ([\x21-\x7e]+) HTTP\/(1\.[01])\r\n/;
const STATUS_LINE = /^HTTP\/(1\.[01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/;
/** RFC 9110 5.1 and 5.5. No space before the colon, no line that goes on (obs-fold), no control character but the tab. */
const FIELD = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)\r\n/y;
const KNOWN_METHODS = new Set(METHODS);

/** `text` is a head without the empty line at its end, as Latin-1. Throws NotHttp. */
export function parseRequestHead(text: string): RequestHead {
  const line = REQUEST_LINE.exec(text);
  if (!line || !KNOWN_METHODS.has(line[1]!)) throw new NotHttp("request line");
  return { method: line[1]!, target: line[2]!, version: line[3]!, headers: parseFields(text, line[0].length) };
}

/** The same of an answer. Throws NotHttp. */
export function parseAnswerHead(text: string): AnswerHead {
  const line = STATUS_LINE.exec(text);
  if (!line) throw new NotHttp("status line");
  return { version: line[1]!, status: Number(line[2]), headers: parseFields(text, line[0].length) };
}

/** Names in lower case, values without the space around them. Throws NotHttp. */
export function parseFields(text: string, start: number): Header[] {
  const headers: Header[] = [];
  for (FIELD.lastIndex = start; FIELD.lastIndex < text.length; ) {
    const field = FIELD.exec(text);
    if (!field) throw new NotHttp("header field");
    headers.push([field[1]!.toLowerCase(), trimmed(field[2]!)]);
  }
  return headers;
}

/** Without spaces and tabs around it. By hand: a pattern for both ends takes quadratic time over many spaces. */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return start === 0 && end === value.length ? value : value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/**
 * How long a message's body is by its headers: exactly one length or one "chunked", and never both. Undefined if they say
 * nothing. Throws BadFraming.
 */
export function framingOf(version: string, headers: readonly Header[]): Framing | undefined {
  let framing: Framing | undefined;
  for (const [name, value] of headers) {
    if (name !== "content-length" && name !== "transfer-encoding") continue;
    if (framing !== undefined) throw new BadFraming("body framed twice");
    framing = name === "content-length" ? lengthOf(value) : codingOf(version, value);
  }
  return framing;
}

function lengthOf(value: string): number {
  if (!/^[0-9]{1,15}$/.test(value)) throw new BadFraming("content length");
  return Number(value);
}

function codingOf(version: string, value: string): "chunked" {
  if (version === "1.0" || value.toLowerCase() !== "chunked")
    throw new BadFraming("transfer coding other than chunked, or one in HTTP/1.0");
  return "chunked";
}

/** Whether a list of tokens, such as that of Connection, has this one. */
export function hasToken(headers: readonly Header[], name: string, token: string): boolean {
  return headers.some(
    ([key, value]) =>
      key === name &&
      (value === token ||
        value
          .toLowerCase()
          .split(",")
          .some((one) => one.trim() === token)),
  );
}

/** RFC 9112 9.3. */
export function isPersistent(version: string, headers: readonly Header[]): boolean {
  return version === "1.1" && !hasToken(headers, "connection", "close");
}

/** RFC 9110 7.8. */
export function isUpgrade(headers: readonly Header[]): boolean {
  return headers.some(([name]) => name === "upgrade") && hasToken(headers, "connection", "upgrade");
}
