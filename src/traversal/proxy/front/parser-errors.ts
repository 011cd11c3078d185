import type { EventEmitter } from "node:events";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import type { Connection } from "./connection.ts";
import { httpFailure } from "./http-failure.ts";

const STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};
/** How long a client may still send after it was refused, ms: closed at once, a reset would overtake the answer. */
const LINGER_MS = 1_000;

/** Answers what Node's parser refuses, in as few words as it does itself, and tells whose connection it was. */
export function answerParserErrors(
  scope: Scope,
  server: EventEmitter,
  connectionOf: (socket: Duplex) => Connection | undefined,
): void {
  const answering = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  scope.on(server, "request", (request: IncomingMessage, response: ServerResponse) => {
    answering.set(request.socket, response);
  });
  scope.on(server, "clientError", (error: Error, socket: Duplex) => {
    // The parser complains about everything that follows as well.
    if (refused.has(socket)) return;
    refused.add(socket);
    const failure = httpFailure(error);
    if (failure) connectionOf(socket)?.failed(failure);
    const response = answering.get(socket);
    const busy = response !== undefined && !response.writableFinished;
    if (!socket.writable || (busy && response.headersSent)) return void socket.destroy();
    const status = STATUS[(error as NodeJS.ErrnoException).code ?? ""] ?? 400;
    const close = () => socket.destroy();
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, busy ? close : undefined);
    const timer = scope.after(LINGER_MS, close);
    socket.once("close", () => timer.cancel());
  });
}
