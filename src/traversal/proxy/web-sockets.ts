import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import { FrameWatch } from "./frame-watch.ts";

export interface WebSocketLimits {
  /** The longest frame that a client may send, bytes. */
  readonly webSocketFrameBytes: number;
  /** A WebSocket on which nothing moves, ms. */
  readonly webSocketIdleMs: number;
}

const SWEEP_MS = 5_000;

/** WebSockets that pass through: bytes go both ways as they come, the client's frames are measured. */
export class WebSockets {
  readonly #limits: () => WebSocketLimits;
  readonly #open = new Set<Joined>();

  constructor(scope: Scope, limits: () => WebSocketLimits) {
    this.#limits = limits;
    scope.every(Math.min(SWEEP_MS, limits().webSocketIdleMs / 2), () => this.#sweep(performance.now()));
    scope.defer(() => {
      for (const joined of this.#open) joined.destroy();
    });
  }

  get open(): number {
    return this.#open.size;
  }

  /** Ties the two ends together. `early` and `rest` came with the handshake, from the client and from the inside. */
  join(client: Duplex, early: Buffer, inside: Duplex, rest: Buffer): void {
    const watch = new FrameWatch(this.#limits().webSocketFrameBytes);
    const joined = new Joined(client, inside, watch, () => this.#open.delete(joined));
    this.#open.add(joined);
    if (rest.length > 0) client.write(rest);
    if (early.length > 0) joined.fromClient(early);
  }

  #sweep(now: number): void {
    const { webSocketIdleMs } = this.#limits();
    for (const joined of this.#open) if (now - joined.movedAt >= webSocketIdleMs) joined.destroy();
  }
}

class Joined {
  readonly #client: Duplex;
  readonly #inside: Duplex;
  readonly #watch: FrameWatch;
  readonly #gone: () => void;
  movedAt = performance.now();

  constructor(client: Duplex, inside: Duplex, watch: FrameWatch, gone: () => void) {
    this.#client = client;
    this.#inside = inside;
    this.#watch = watch;
    this.#gone = gone;
    client.on("data", (chunk: Buffer) => this.fromClient(chunk));
    inside.on("data", (chunk: Buffer) => this.#fromInside(chunk));
    client.on("drain", () => inside.resume());
    inside.on("drain", () => client.resume());
    for (const [from, to] of [
      [client, inside],
      [inside, client],
    ] as const) {
      from.on("error", ignore);
      from.on("end", () => to.end());
      from.on("close", () => this.#closed(from, to));
    }
    client.resume();
    inside.resume();
  }

  fromClient(chunk: Buffer): void {
    this.movedAt = performance.now();
    if (!this.#watch.take(chunk)) this.#tooLong();
    else if (!this.#inside.write(chunk)) this.#client.pause();
  }

  #fromInside(chunk: Buffer): void {
    this.movedAt = performance.now();
    if (!this.#client.write(chunk)) this.#inside.pause();
  }

  destroy(): void {
    this.#client.destroy();
    this.#inside.destroy();
  }

  /** A proper end flushes; anything else ends the other at once. */
  #closed(from: Duplex, to: Duplex): void {
    this.#gone();
    if (from.readableEnded) to.end(() => to.destroy());
    else to.destroy();
  }

  /** RFC 6455 7.4.1: 1009, message too big, to both. Between two frames of the inside's: it may be in the middle of one. */
  #tooLong(): void {
    this.#inside.destroy();
    this.#client.end(CLOSE_TOO_BIG, () => this.#client.destroy());
  }
}

/** A close frame of a server: FIN and opcode 8, two bytes, 1009. */
const CLOSE_TOO_BIG = Buffer.from([0x88, 2, 0x03, 0xf1]);

function ignore(): void {}
