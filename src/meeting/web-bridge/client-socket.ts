import type { RawData, WebSocket } from "ws";
import { Scope } from "#base";
import type { SignallingStream } from "#bridge-link";

const PING_EVERY_MS = 20_000;
/** Bytes that wait for the client before it counts as too slow. */
const MAX_BACKLOG = 4 * 1_048_576;
const TOO_SLOW = 1013;
const INTERNAL_ERROR = 1011;
const NO_STATUS = 1005;
const CLOSE_GRACE_MS = 3000;

/** A client's WebSocket as the bridge link carries it. Ends with its owner, or when two pings in a row stay unanswered. */
export class ClientSocket implements SignallingStream {
  readonly #socket: WebSocket;
  readonly #scope = new Scope();
  readonly #onEnd: (code: number, reason: string) => void;
  #onMessage: (frame: Uint8Array | string) => void = () => {};
  #onClose: (code: number, reason: string) => void = () => {};
  #ended = false;
  #alive = true;

  /** `onEnd` is told once how it ended, whoever ended it. */
  constructor(owner: Scope, socket: WebSocket, onEnd: (code: number, reason: string) => void) {
    this.#socket = socket;
    this.#onEnd = onEnd;
    const options = { signal: this.#scope.signal };
    owner.signal.addEventListener("abort", () => this.close(1012, "the Web Bridge is restarting"), options);
    this.#scope.on(socket, "message", (data: RawData, binary: boolean) => this.#received(data, binary));
    this.#scope.on(socket, "pong", () => {
      this.#alive = true;
    });
    this.#scope.every(PING_EVERY_MS, () => this.#ping());
    // ws closes by itself after an error; what is left to tell comes with "close".
    socket.on("error", () => {});
    socket.once("close", (code: number, reason: Buffer) => {
      this.#tell(code, reason.toString("utf8"));
      void this.#scope.close();
    });
  }

  send(frame: Uint8Array | string): void {
    if (this.#ended) return;
    this.#socket.send(frame, { binary: typeof frame !== "string" });
    if (this.#socket.bufferedAmount <= MAX_BACKLOG) return;
    this.#tell(TOO_SLOW, "the client reads too slowly");
    this.#socket.terminate();
  }

  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }

  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#socket.resume();
    this.#socket.close(sendable(code), reason);
    this.#scope.after(CLOSE_GRACE_MS, () => this.#socket.terminate());
    this.#tell(code, reason);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #received(data: RawData, binary: boolean): void {
    if (this.#ended) return;
    const bytes = data as Buffer;
    this.#onMessage(binary ? bytes : bytes.toString("utf8"));
  }

  #ping(): void {
    // While it is held back its answers are not read either.
    if (this.#socket.isPaused) return;
    if (!this.#alive) this.#socket.terminate();
    else this.#socket.ping();
    this.#alive = false;
  }

  #tell(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(code, reason);
    this.#onClose(code, reason);
  }
}

/** Codes that may stand in a close frame (RFC 6455 7.4); others never travel and are replaced. */
function sendable(code: number): number {
  const standard = code >= 1000 && code <= 1014 && ![1004, NO_STATUS, 1006].includes(code);
  return standard || (code >= 3000 && code <= 4999) ? code : INTERNAL_ERROR;
}
