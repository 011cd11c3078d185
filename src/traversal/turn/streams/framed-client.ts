import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { formatAddress } from "#base";
import { StreamWriter } from "#packet-plane";
import { FrameReader, MessageClass, Method } from "#stun";
import type { Client } from "../allocation.ts";
import type { StreamCore, StreamOrigin } from "./contract.ts";

/** For the first bytes of a client, those within TLS if it uses TLS, ms. */
const FIRST_BYTES_WITHIN = 10_000;
/** A client without an allocation is closed after this, ms. */
const IDLE_LIMIT = 60_000;

type State =
  | { readonly state: "silent" }
  | { readonly state: "framing" }
  /** A ConnectionBind waits for its answer: what came behind it belongs to the peer if that is a success. */
  | { readonly state: "binding"; readonly head: Buffer }
  /** The stream is somebody else's. */
  | { readonly state: "detached" };

/** TURN in a stream: the same messages as over UDP, one behind the other (RFC 8656 3.1). */
export class FramedClient {
  readonly client: Client;
  readonly #core: StreamCore;
  readonly #stream: Duplex;
  readonly #writer: StreamWriter;
  readonly #openedAt: number;
  readonly #onData = (chunk: Buffer) => this.#read(chunk);
  #state: State = { state: "silent" };
  #idleSince: number;
  #frames = this.#newReader();
  #chunk: Buffer = Buffer.alloc(0);
  /** Bytes since framing began: before the current chunk, and in whole frames. */
  #before = 0;
  #framed = 0;

  constructor(core: StreamCore, stream: Duplex, origin: StreamOrigin, number: number) {
    const { client: address, transport, family } = origin;
    this.#core = core;
    this.#stream = stream;
    this.#writer = new StreamWriter(stream as Socket, () => stream.destroy());
    this.#openedAt = core.clock.now();
    this.#idleSince = this.#openedAt;
    this.client = {
      path: { transport: "tcp", writer: { write: (frame, reply) => this.#write(frame, reply) } },
      transport,
      address,
      family,
      key: `${transport} ${number} ${formatAddress(address)}`,
      stream: { detach: () => this.#detach() },
    };
    stream.on("error", () => {});
    stream.on("close", () => this.#closed());
    stream.on("data", this.#onData);
    stream.resume();
  }

  /** True if it has had its time. */
  isOverdue(now: number): boolean {
    const { state } = this.#state;
    if (state === "detached") return false;
    if (state === "silent") return now - this.#openedAt > FIRST_BYTES_WITHIN;
    if (this.#core.holdsSomething(this.client)) this.#idleSince = now;
    return now - this.#idleSince > IDLE_LIMIT;
  }

  #newReader(): FrameReader {
    return new FrameReader((frame) => this.#receive(frame));
  }

  #read(chunk: Buffer): void {
    if (this.#state.state === "silent") this.#state = { state: "framing" };
    this.#chunk = chunk;
    const clean = this.#frames.push(chunk);
    this.#before += chunk.length;
    if (!clean && this.#state.state === "framing") this.#stream.destroy();
  }

  #receive(frame: Buffer): void {
    if (this.#state.state !== "framing") return;
    this.#framed += frame.length;
    if (isMessage(frame, MessageClass.request) && !this.#core.holdsSomething(this.client)) {
      this.#stream.pause();
      this.#state = { state: "binding", head: this.#chunk.subarray(this.#framed - this.#before) };
    }
    this.#core.receive(this.client, frame);
  }

  #write(frame: Uint8Array, reply?: boolean): boolean {
    const written = this.#writer.write(frame, reply);
    // After the success response the stream is detached within this turn of the event loop.
    if (this.#state.state === "binding" && isAnswer(frame)) process.nextTick(() => this.#resume());
    return written;
  }

  #resume(): void {
    if (this.#state.state !== "binding") return;
    const { head } = this.#state;
    this.#state = { state: "framing" };
    this.#frames = this.#newReader();
    this.#before = 0;
    this.#framed = 0;
    if (head.length > 0) this.#read(head);
    if (this.#state.state === "framing") this.#stream.resume();
  }

  #detach() {
    const head = this.#state.state === "binding" ? this.#state.head : Buffer.alloc(0);
    this.#state = { state: "detached" };
    this.#stream.off("data", this.#onData);
    this.#stream.pause();
    return { socket: this.#stream, head };
  }

  #closed(): void {
    if (this.#state.state !== "detached") this.#core.clientGone(this.client);
  }
}

function isMessage(frame: Uint8Array, messageClass: number): boolean {
  const type = Method.connectionBind | messageClass;
  return frame[0] === type >> 8 && frame[1] === (type & 0xff);
}

function isAnswer(frame: Uint8Array): boolean {
  return isMessage(frame, MessageClass.success) || isMessage(frame, MessageClass.error);
}
