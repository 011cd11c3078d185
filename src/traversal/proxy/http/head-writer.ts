import { STATUS_CODES } from "node:http";
import type { Header } from "../passage.ts";

/** What a body smaller than this is joined with its head, so that both leave in one packet and one TLS record. */
export const SMALL_BYTES = 16 * 1024;

export function fieldLines(headers: readonly Header[]): string {
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  return lines;
}

export function requestHead(method: string, target: string, headers: readonly Header[]): string {
  return `${method} ${target} HTTP/1.1\r\n${fieldLines(headers)}\r\n`;
}

export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
}

let date = { second: 0, line: "" };

/** RFC 9110 6.6.1; made once a second. */
export function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== date.second) date = { second, line: `date: ${new Date(second * 1000).toUTCString()}\r\n` };
  return date.line;
}

/** A chunk of a body in the chunked coding (RFC 9112 7.1). */
export function chunkOf(data: Buffer): Buffer {
  const line = `${data.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(line.length + data.length + 2);
  chunk.write(line, 0, "latin1");
  chunk.set(data, line.length);
  chunk.write("\r\n", line.length + data.length, "latin1");
  return chunk;
}

export const LAST_CHUNK = "0\r\n\r\n";
