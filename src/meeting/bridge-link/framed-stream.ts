import type { Duplex } from "node:stream";
import { Scope, textOf } from "#base";
import { encodeFrame, type Frame, FrameError, FrameReader } from "./frames.ts";
import type { SignallingStream } from "./service.ts";
import { hushLateErrors } from "./session.ts";

/** Bytes that wait for the other end before it counts as too slow. */
const MAX_BACKLOG = 4 * 1_048_576;
/** How long an ended stream waits for the other end to end it too. */
const END_GRACE_MS = 5000;

/** WebSocket close codes (RFC 6455 7.4.1 and the IANA registry). */
export const CLOSE = { protocolError: 1002, internalError: 1011, serviceRestart: 1012, tryAgainLater: 1013 } as const;

/** A signalling stream over a byte stream of the link. Closes by itself with `serviceRestart` when the link goes. */
export class FramedStream implements SignallingStream {
  readonly #duplex: Duplex;
  readonly #scope: Scope;
  readonly #reader = new FrameReader();
  #onMessage: (frame: Uint8Array | string) => void = () => {};
  #onClose: (code: number, reason: string) => void = () => {};
  #onOpen: ((body: string) => void) | undefined;
  #closed = false;

  /** `onOpen` is called with the first frame at the end that is being opened; the other end leaves it out. */
  constructor(owner: Scope, duplex: Duplex, onOpen?: (body: string) => void) {
    this.#duplex = duplex;
    this.#onOpen = onOpen;
    this.#scope = new Scope();
    const endWithOwner = () => this.close(CLOSE.serviceRestart, "the bridge link is closing");
    owner.signal.addEventListener("abort", endWithOwner, { signal: this.#scope.signal });
    this.#scope.on(duplex, "data", (chunk: Buffer) => this.#read(chunk));
    this.#scope.on(duplex, "end", () => this.#ended(CLOSE.serviceRestart, "the bridge link ended"));
    hushLateErrors(duplex);
    // Not of the scope: it is what closes the scope.
    duplex.once("close", () => {
      this.#ended(CLOSE.serviceRestart, "the bridge link was lost");
      void this.#scope.close();
    });
  }

  open(body: string): void {
    this.#write({ kind: "open", body });
  }

  send(frame: Uint8Array | string): void {
    this.#write(typeof frame === "string" ? { kind: "text", text: frame } : { kind: "binary", data: frame });
  }

  onMessage(listener: (frame: Uint8Array | string) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: (code: number, reason: string) => void): void {
    this.#onClose = listener;
  }

  pause(): void {
    this.#duplex.pause();
  }

  resume(): void {
    this.#duplex.resume();
  }

  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#sayClose(code, reason);
    this.#ended(code, reason);
  }

  /** Calls `listener` each time that nothing waits for the other end any more. */
  onDrain(listener: () => void): void {
    this.#scope.on(this.#duplex, "drain", listener);
  }

  /** Bytes that wait for the other end. */
  get backlog(): number {
    return this.#duplex.writableLength;
  }

  #write(frame: Frame): void {
    if (this.#closed || this.#duplex.writableEnded) return;
    this.#duplex.write(encodeFrame(frame));
    if (this.backlog > MAX_BACKLOG) this.close(CLOSE.tryAgainLater, "the other end reads too slowly");
  }

  #read(chunk: Buffer): void {
    if (this.#closed) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.close(CLOSE.protocolError, textOf(error));
    }
  }

  #take(frame: Frame): void {
    if (this.#closed) return;
    if ((frame.kind === "open") !== (this.#onOpen !== undefined)) throw new FrameError("frame out of order");
    switch (frame.kind) {
      case "open": {
        const open = this.#onOpen!;
        this.#onOpen = undefined;
        open(frame.body);
        break;
      }
      case "close":
        this.#sayClose(frame.code, frame.reason);
        this.#ended(frame.code, frame.reason);
        break;
      case "text":
        this.#onMessage(frame.text);
        break;
      case "binary":
        this.#onMessage(frame.data);
    }
  }

  /** Says the last word and lets the byte stream end in order: a reset could overtake what was sent. */
  #sayClose(code: number, reason: string): void {
    if (!this.#duplex.writableEnded) this.#duplex.end(encodeFrame({ kind: "close", code, reason }));
    this.#duplex.resume();
    this.#scope.after(END_GRACE_MS, () => this.#duplex.destroy());
  }

  #ended(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#duplex.writableEnded) this.#duplex.end();
    this.#onClose(code, reason);
  }
}
