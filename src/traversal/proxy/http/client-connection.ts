import type { Duplex } from "node:stream";
import type { Header } from "../passage.ts";
import { BodyDecoder } from "./body-decoder.ts";
import {
  type AnswerHead,
  END_OF_HEAD,
  type Framing,
  framingOf,
  isPersistent,
  NotHttp,
  parseAnswerHead,
} from "./grammar.ts";
import { chunkOf, LAST_CHUNK } from "./head-writer.ts";

/** Takes the answer to one request. */
export interface AnswerSink {
  /** With `body` it is all of it; otherwise that follows, `length` bytes if that is known. */
  answered(status: number, headers: Header[], body: Buffer | undefined, length: number | undefined): void;
  /** False asks for a pause until `resume`. */
  data(part: Buffer): boolean;
  finished(): void;
  /** Of a request that asks for it: the other side speaks the new protocol from here on. */
  switched?(headers: Header[], stream: Duplex, rest: Buffer): void;
}

export interface Call {
  readonly method: string;
  /** Request line and headers. */
  readonly head: string;
  readonly sink: AnswerSink;
  /** Instead of the rest of an answer. */
  failed(error: Error): void;
}

/** The other side said nothing in time. */
export class LateAnswer extends Error {}
/** The connection was closed before anything of an answer came. */
export class ClosedUnanswered extends Error {}

export interface ClientLimits {
  readonly headerBytes: number;
  /** The first byte of an answer, and the pause between two parts of it, ms. */
  readonly answerMs: number;
  readonly idleMs: number;
}

/** Answers before the real one (RFC 9110 15.2), such as 103: more than this is an attack. */
const MAX_INTERIM = 10;
const EMPTY = Buffer.alloc(0);

/** One HTTP/1.1 connection to the next hop: one request at a time, and none after anything unexpected. */
export class ClientConnection {
  readonly stream: Duplex;
  readonly #limits: ClientLimits;
  /** Called when it may take the next request, and when it is over for good. */
  readonly #idle: () => void;
  readonly #closed: () => void;
  #call: Call | undefined;
  #body: BodyDecoder | undefined;
  #framing: Framing = "none";
  #held: Buffer = EMPTY;
  /** Bytes of `#held` in which no head ends. */
  #scanned = 0;
  #interim = 0;
  #persistent = true;
  #requestSent = true;
  /** performance.now() of the last thing that moved. */
  #movedAt = 0;
  keepAliveMs: number | undefined;
  served = 0;
  idleSince = 0;

  constructor(stream: Duplex, limits: ClientLimits, on: { idle: () => void; closed: () => void }) {
    this.stream = stream;
    this.#limits = limits;
    this.#idle = on.idle;
    this.#closed = on.closed;
    stream.on("data", this.#onData);
    stream.on("end", this.#onEnd);
    stream.on("error", this.#onError);
    stream.on("close", this.#onClose);
  }

  get busy(): boolean {
    return this.#call !== undefined;
  }

  send(call: Call, bodyFollows: boolean): void {
    this.#call = call;
    this.#body = undefined;
    this.#interim = 0;
    this.#requestSent = !bodyFollows;
    this.#movedAt = performance.now();
    this.stream.write(call.head, "latin1");
  }

  /** A part of the request's body. False if the next hop is behind: "drain" of the stream tells when it has caught up. */
  write(part: Buffer, chunked: boolean): boolean {
    this.#movedAt = performance.now();
    return this.stream.write(chunked ? chunkOf(part) : part);
  }
  endBody(chunked: boolean): void {
    if (chunked) this.stream.write(LAST_CHUNK, "latin1");
    this.#requestSent = true;
  }

  /** Both do nothing if it is another call's turn. */
  resume(call: Call): void {
    if (this.#call === call) this.stream.resume();
  }
  abort(call: Call): void {
    if (this.#call !== call) return;
    this.#call = undefined;
    this.stream.destroy();
  }

  sweep(now: number): void {
    if (!this.#call) return;
    const waited = now - this.#movedAt;
    const late = this.#body ? waited >= this.#limits.idleMs : waited >= this.#limits.answerMs;
    // A guest that does not read is judged elsewhere.
    if (late && !this.stream.isPaused()) this.#fail(new LateAnswer(`no answer within ${Math.round(waited)} ms`));
  }

  readonly #onData = (chunk: Buffer): void => {
    const call = this.#call;
    // Nothing was asked: what comes now could be taken for the answer to the next request.
    if (!call) return void this.stream.destroy();
    this.#movedAt = performance.now();
    try {
      if (this.#body) this.#feed(call, chunk, 0);
      else this.#parse(call, chunk);
    } catch (error) {
      if (!(error instanceof NotHttp)) throw error;
      this.#fail(error);
    }
  };

  #parse(call: Call, chunk: Buffer): void {
    let data = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = EMPTY;
    let from = Math.max(0, this.#scanned - END_OF_HEAD.length);
    this.#scanned = 0;
    let taken = false;
    while (!taken) {
      const end = data.indexOf(END_OF_HEAD, from, "latin1");
      from = 0;
      if ((end < 0 ? data.length : end) > this.#limits.headerBytes) throw new NotHttp("headers are too long");
      if (end < 0) {
        this.#held = data;
        this.#scanned = data.length;
        return;
      }
      const head = parseAnswerHead(data.toString("latin1", 0, end + 2));
      data = data.subarray(end + END_OF_HEAD.length);
      taken = this.#take(call, head, data);
    }
  }

  /** False if the head was that of an interim answer, and the real one follows. */
  #take(call: Call, { version, status, headers }: AnswerHead, rest: Buffer): boolean {
    if (status >= 200) this.#begin(call, version, status, headers, rest);
    else if (status === 101 && call.sink.switched) this.#switch(call, headers, rest);
    else if (status === 101 || ++this.#interim > MAX_INTERIM) throw new NotHttp("unexpected interim answer");
    else return false;
    return true;
  }

  #begin(call: Call, version: string, status: number, headers: Header[], data: Buffer): void {
    const framing = framingOf(version, headers);
    const bodiless = call.method === "HEAD" || status === 204 || status === 304;
    this.#framing = bodiless ? "none" : (framing ?? "close");
    this.#persistent = this.#framing !== "close" && isPersistent(version, headers);
    this.keepAliveMs = keepAliveOf(headers);
    this.#body = new BodyDecoder(this.#framing);
    if (this.#framing === "none" || (typeof this.#framing === "number" && data.length === this.#framing)) {
      if (this.#framing === "none" && data.length > 0) this.#persistent = false;
      this.#release();
      call.sink.answered(status, headers, this.#framing === "none" ? EMPTY : data, undefined);
      return;
    }
    call.sink.answered(status, headers, undefined, typeof this.#framing === "number" ? this.#framing : undefined);
    if (data.length > 0 && this.#call === call) this.#feed(call, data, 0);
  }

  #feed(call: Call, chunk: Buffer, start: number): void {
    const body = this.#body!;
    const at = body.feed(chunk, start, (part) => {
      if (this.#call === call && !call.sink.data(part)) this.stream.pause();
    });
    if (!body.done || this.#call !== call) return;
    if (at < chunk.length) this.#persistent = false;
    this.#release();
    call.sink.finished();
  }

  /** The answer is complete: the connection is free, or at its end. */
  #release(): void {
    this.#call = undefined;
    this.served++;
    if (this.stream.isPaused()) this.stream.resume();
    if (this.#persistent && this.#requestSent && !this.stream.destroyed) this.#idle();
    else this.stream.destroy();
  }

  #switch(call: Call, headers: Header[], rest: Buffer): void {
    this.#call = undefined;
    this.stream.off("data", this.#onData);
    this.stream.off("end", this.#onEnd);
    this.stream.off("error", this.#onError);
    this.stream.off("close", this.#onClose);
    this.stream.on("error", ignore);
    this.#closed();
    call.sink.switched!(headers, this.stream, rest);
  }

  readonly #onEnd = (): void => {
    const call = this.#call;
    if (call && this.#body && this.#framing === "close") {
      this.#persistent = false;
      this.#release();
      call.sink.finished();
    } else this.stream.destroy();
  };

  readonly #onError = (error: Error): void => this.#fail(error);

  readonly #onClose = (): void => {
    this.#closed();
    this.#fail(
      this.#body || this.#held.length > 0
        ? new Error("closed in the middle of an answer")
        : new ClosedUnanswered("closed without an answer"),
    );
  };

  #fail(error: Error): void {
    const call = this.#call;
    this.#call = undefined;
    this.stream.destroy();
    call?.failed(error);
  }
}

/** What the other side promises by Keep-Alive, ms, a second less than it says. */
function keepAliveOf(headers: readonly Header[]): number | undefined {
  const value = headers.find(([name]) => name === "keep-alive")?.[1];
  const seconds = value && /(?:^|[\s,])timeout=([0-9]{1,5})/.exec(value)?.[1];
  return seconds ? Math.max(0, Number(seconds) - 1) * 1000 : undefined;
}

function ignore(): void {}
