import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import { ServerConnection } from "./server-connection.ts";
import type { Handler } from "./server-contract.ts";

const SWEEP_MS = 1_000;

/** HTTP/1.1 on connections that others have accepted. */
export class HttpServer {
  readonly #handler: Handler;
  readonly #open = new Set<ServerConnection>();

  constructor(scope: Scope, handler: Handler) {
    this.#handler = handler;
    const { headersMs, stallMs } = handler.limits;
    scope.every(Math.min(SWEEP_MS, headersMs / 2, stallMs), () => this.#sweep(performance.now()));
    scope.defer(() => {
      for (const { stream } of this.#open) stream.destroy();
    });
  }

  accept(stream: Duplex): void {
    const connection: ServerConnection = new ServerConnection(stream, this.#handler, () =>
      this.#open.delete(connection),
    );
    this.#open.add(connection);
  }

  #sweep(now: number): void {
    for (const connection of this.#open) connection.sweep(now);
  }
}
