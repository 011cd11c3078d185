import type { ServerResponse } from "node:http";
import type { Scope } from "#base";

interface Watched {
  drains: number;
  seen: number;
}

/**
 * Ends answers whose reader does not read. Every drain is 64 KB or more that the client took, so that reading a byte now and
 * then does not help; without this a few such clients would hold every connection to the inside.
 */
export class Stalls {
  readonly #watched = new Map<ServerResponse, Watched>();

  constructor(scope: Scope, stallMs: number) {
    scope.every(stallMs, () => this.#look());
  }

  watch(response: ServerResponse): void {
    const watched: Watched = { drains: 0, seen: -1 };
    this.#watched.set(response, watched);
    response.on("drain", () => watched.drains++);
    response.once("close", () => this.#watched.delete(response));
  }

  #look(): void {
    for (const [response, watched] of this.#watched) {
      if (response.writableNeedDrain && watched.drains === watched.seen) response.destroy();
      watched.seen = response.writableNeedDrain ? watched.drains : -1;
    }
  }
}
