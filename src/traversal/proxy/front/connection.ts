import type { Socket } from "node:net";
import type { TransportAddress } from "#base";
import type { Failure } from "../protection/failures.ts";
import type { Protection } from "../protection/protection.ts";

/** One TCP connection from outside that was let in, known by its real source. */
export class Connection {
  readonly socket: Socket;
  readonly source: TransportAddress;
  /** It carries a tunnel: a core's key says whether it may, and one guest at its address must not cut off everybody. */
  isTunnel = false;
  readonly #protection: Protection;
  #state: "open" | "handshake" | "secured" = "open";
  #failed = false;

  constructor(socket: Socket, source: TransportAddress, protection: Protection) {
    this.socket = socket;
    this.source = source;
    this.#protection = protection;
  }

  /** False if its source has too many handshakes; it was closed then. */
  beginHandshake(): boolean {
    if (!this.#protection.handshake(this.source.address)) {
      this.socket.destroy();
      return false;
    }
    this.#state = "handshake";
    return true;
  }

  secured(): void {
    if (this.#state !== "handshake") return;
    this.#state = "secured";
    this.#protection.handshakeEnded(this.source.address);
  }

  /** Counts once, whatever else goes wrong after it. */
  failed(what: Failure): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#protection.fail(this.source.address, what);
  }

  ended(): void {
    if (this.#state === "handshake") {
      this.failed("tls-abandoned");
      this.#protection.handshakeEnded(this.source.address);
    }
    this.#protection.closed(this.source.address);
  }
}
