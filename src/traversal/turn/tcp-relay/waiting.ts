import { randomBytes } from "node:crypto";
import type { User } from "../credentials.ts";

/** A connection with a peer that waits for the ConnectionBind of its owner. */
export interface Waiting<T> {
  readonly owner: User;
  readonly connection: T;
}

/** By CONNECTION-ID (RFC 6062 6.2.1). It is random, since whoever guessed one of their own user could take the connection. */
export class WaitingConnections<T> {
  readonly #byId = new Map<number, Waiting<T>>();

  add(waiting: Waiting<T>): number {
    for (;;) {
      const id = randomBytes(4).readUInt32BE();
      if (this.#byId.has(id)) continue;
      this.#byId.set(id, waiting);
      return id;
    }
  }

  /** Once, and for its owner only. */
  take(id: number, user: User): T | undefined {
    const waiting = this.#byId.get(id);
    if (waiting?.owner.id !== user.id || waiting.owner.role !== user.role) return undefined;
    this.#byId.delete(id);
    return waiting.connection;
  }

  remove(id: number): void {
    this.#byId.delete(id);
  }
}
