import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { BodyDecoder } from "./body-decoder.ts";
import { Exchange } from "./exchange.ts";
import { BadFraming, END_OF_HEAD, framingOf, isPersistent, isUpgrade, NotHttp, parseRequestHead } from "./grammar.ts";
import { hasBadLine } from "./line-ends.ts";
import type { Handler, Misbehaviour } from "./server-contract.ts";

type Phase =
  /** Between two requests, or in the head of one: `#firstByteAt` tells which. */
  | "head"
  /** A request is being answered; its body may still be coming. */
  | "exchange"
  /** The stream is somebody else's, or gone. */
  | "over";

const EMPTY = Buffer.alloc(0);
/** RFC 9112 2.2: one empty line before a request is to be skipped. */
const CRLF = "\r\n";
/** How long a client may still send after its last answer, ms: closed at once, a reset would overtake the answer. */
const LINGER_MS = 1_000;
/** How many looks in a row a body may be too slow: a guest on a train has pauses. */
const SLOW_LOOKS = 5;

/** One HTTP/1.1 connection of a client: request by request, each answered before the next is read. */
export class ServerConnection {
  readonly stream: Duplex;
  readonly #handler: Handler;
  readonly #closed: () => void;
  #phase: Phase = "head";
  #held: Buffer = EMPTY;
  /** Bytes of `#held` in which no head ends, and no line is bad: a head that comes byte by byte is looked at once. */
  #scanned = 0;
  #advancing = false;
  #exchange: Exchange | undefined;
  #body: BodyDecoder | undefined;
  #requests = 0;
  #ended = false;
  /** performance.now() of the first byte of the current request, and of the last time that anything moved. */
  #firstByteAt: number | undefined;
  #movedAt: number;
  /** Since when the client takes nothing of what has been written. */
  #blockedAt: number | undefined;
  #lookedAt = 0;
  #bodyBytes = 0;
  #slowLooks = 0;

  constructor(stream: Duplex, handler: Handler, closed: () => void) {
    this.stream = stream;
    this.#handler = handler;
    this.#closed = closed;
    this.#movedAt = performance.now();
    stream.on("data", this.#onData);
    stream.on("drain", this.#onDrain);
    stream.on("end", this.#onEnd);
    stream.on("error", ignore);
    stream.on("close", this.#onClose);
  }

  /** Ends what has run out of time; to be called every second or so. */
  sweep(now: number): void {
    const { stallMs } = this.#handler.limits;
    if (this.#blockedAt !== undefined && now - this.#blockedAt >= stallMs) this.stream.destroy();
    // Not idle: it is still taking its last answer.
    else if (this.#phase === "head" && this.#blockedAt !== undefined) return;
    else if (this.#phase === "head") this.#sweepHead(now);
    else if (this.#phase === "exchange" && this.#body && !this.#body.done) this.#sweepBody(now);
    else if (now - this.#movedAt >= (this.#phase === "over" ? LINGER_MS : this.#handler.limits.idleMs))
      this.stream.destroy();
  }

  #sweepHead(now: number): void {
    const { headersMs, keepAliveMs } = this.#handler.limits;
    const first = this.#firstByteAt;
    if (first !== undefined && now - first >= headersMs) this.#refuse(408, "slow");
    // The first request is due as soon as a head is.
    else if (first === undefined && now - this.#movedAt >= (this.#requests > 0 ? keepAliveMs : headersMs))
      this.stream.destroy();
  }

  #sweepBody(now: number): void {
    const { requestMs, bodyBytesPerSecond } = this.#handler.limits;
    const seconds = (now - this.#lookedAt) / 1000;
    // What waits for the next hop is not the client's fault.
    const slow = !this.stream.isPaused() && this.#bodyBytes < bodyBytesPerSecond * seconds;
    this.#slowLooks = slow ? this.#slowLooks + 1 : 0;
    this.#lookedAt = now;
    this.#bodyBytes = 0;
    if (now - this.#firstByteAt! >= requestMs) this.#refuse(408, "slow");
    else if (this.#slowLooks >= SLOW_LOOKS) {
      this.#handler.misbehaved(this.stream, "slow");
      this.stream.destroy();
    }
  }

  /** Writes of the answer. False if the client is behind; the exchange is told when it has caught up. */
  write(data: string | Buffer): boolean {
    const now = performance.now();
    this.#movedAt = now;
    const more = typeof data === "string" ? this.stream.write(data, "latin1") : this.stream.write(data);
    if (!more) this.#blockedAt ??= now;
    return more;
  }

  /** The answer is complete. */
  answered(keepAlive: boolean): void {
    const whole = !this.#body || this.#body.done;
    this.#exchange = undefined;
    // A body that nobody read would be taken for the next request.
    if (!keepAlive || !whole || this.#ended) {
      this.#finish();
      return;
    }
    this.#phase = "head";
    this.#body = undefined;
    this.#firstByteAt = undefined;
    this.#advance();
  }

  /** The next request: not before the client has taken the last answer, and not inside the call that gave it. */
  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#phase === "head" && this.#blockedAt === undefined && this.#held.length > 0) {
        const held = this.#held;
        this.#parse();
        if (this.#held === held) break;
      }
    } finally {
      this.#advancing = false;
    }
    if (this.#phase !== "head") return;
    if (this.#blockedAt !== undefined) this.stream.pause();
    else if (this.stream.isPaused()) this.stream.resume();
  }

  /** Hands the stream over for another protocol, with what came after the head. */
  detach(): Buffer {
    this.#phase = "over";
    this.#unlisten();
    this.#closed();
    const rest = this.#held;
    this.#held = EMPTY;
    return rest;
  }

  pauseBody(): void {
    this.stream.pause();
  }
  resumeBody(): void {
    this.stream.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    // What comes after the end is dropped, and wins no time.
    if (this.#phase === "over") return;
    this.#movedAt = performance.now();
    if (this.#body && !this.#body.done) this.#feedBody(chunk, 0);
    else if (this.#phase === "exchange") this.#hold(chunk);
    else {
      this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
      this.#advance();
    }
  };

  /** A client may send its next request early; it waits its turn, unread beyond one chunk. */
  #hold(chunk: Buffer): void {
    this.#held = this.#held.length > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.stream.pause();
  }

  #parse(): void {
    this.#firstByteAt ??= performance.now();
    const { headerBytes } = this.#handler.limits;
    const start = this.#held.length >= 2 && this.#held.toString("latin1", 0, 2) === CRLF ? 2 : 0;
    const end = this.#held.indexOf(END_OF_HEAD, Math.max(start, this.#scanned - END_OF_HEAD.length), "latin1");
    if ((end < 0 ? this.#held.length : end - start) > headerBytes) this.#refuse(431, "http-malformed");
    else if (end >= 0) this.#takeHead(start, end);
    // Lines that end otherwise will never make a head.
    else if (hasBadLine(this.#held, Math.max(0, this.#scanned - 1))) this.#refuse(400, "http-malformed");
    else this.#scanned = this.#held.length;
  }

  #takeHead(start: number, end: number): void {
    const text = this.#held.toString("latin1", start, end + 2);
    const rest = this.#held.subarray(end + END_OF_HEAD.length);
    this.#held = EMPTY;
    this.#scanned = 0;
    try {
      this.#take(text, rest);
    } catch (error) {
      if (!(error instanceof NotHttp)) throw error;
      this.#refuse(400, error instanceof BadFraming ? "smuggling" : "http-malformed");
    }
  }

  #take(text: string, rest: Buffer): void {
    const head = parseRequestHead(text);
    const framing = framingOf(head.version, head.headers) ?? "none";
    const webSocket = isUpgrade(head.headers);
    const keepAlive =
      !webSocket && isPersistent(head.version, head.headers) && ++this.#requests < this.#requestsAllowed();
    this.#phase = "exchange";
    this.#lookedAt = this.#firstByteAt!;
    this.#bodyBytes = 0;
    this.#slowLooks = 0;
    this.#body = framing === "none" || framing === 0 || webSocket ? undefined : new BodyDecoder(framing);
    const exchange = new Exchange(this, head, webSocket, this.#body !== undefined, keepAlive);
    this.#exchange = exchange;
    if (!this.#body) this.#held = rest;
    if (head.method === "CONNECT") this.stream.destroy();
    else this.#handler.request(exchange);
    if (this.#body && this.#exchange === exchange && rest.length > 0) this.#feedBody(rest, 0);
  }

  #requestsAllowed(): number {
    return this.#handler.limits.requestsPerConnection || Number.POSITIVE_INFINITY;
  }

  #feedBody(chunk: Buffer, start: number): void {
    const exchange = this.#exchange;
    this.#bodyBytes += chunk.length - start;
    try {
      const at = this.#body!.feed(chunk, start, (part) => exchange?.takeBody(part));
      if (!this.#body!.done) return;
      if (at < chunk.length) this.#hold(chunk.subarray(at));
      exchange?.endBody();
    } catch (error) {
      if (!(error instanceof NotHttp)) throw error;
      this.#refuse(400, "smuggling");
    }
  }

  /** What cannot be read as a request gets an answer without a word, and what follows is not read. */
  #refuse(status: 400 | 408 | 431, how: Misbehaviour): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.gone();
    this.#handler.misbehaved(this.stream, how);
    if (exchange?.begun) {
      this.#phase = "over";
      this.stream.destroy();
      return;
    }
    this.stream.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
    this.#finish();
  }

  /** Nothing more is answered. What still comes is read and dropped, until the client ends as well. */
  #finish(): void {
    this.#phase = "over";
    this.#movedAt = performance.now();
    this.#held = EMPTY;
    this.stream.end();
    this.stream.resume();
  }

  readonly #onDrain = (): void => {
    this.#blockedAt = undefined;
    this.#movedAt = performance.now();
    this.#exchange?.drained();
    if (this.#phase === "head") this.#advance();
  };

  readonly #onEnd = (): void => {
    this.#ended = true;
    if (this.#phase === "over") this.#closeWhenSent();
    else if (this.#body && !this.#body.done) this.stream.destroy();
    else if (this.#phase === "head") this.stream.end(() => this.stream.destroy());
  };

  readonly #onClose = (): void => {
    this.#phase = "over";
    this.#closed();
    this.#exchange?.gone();
    this.#exchange = undefined;
  };

  #closeWhenSent(): void {
    if (this.stream.writableFinished) this.stream.destroy();
    else this.stream.once("finish", () => this.stream.destroy());
  }

  #unlisten(): void {
    this.stream.off("data", this.#onData);
    this.stream.off("drain", this.#onDrain);
    this.stream.off("end", this.#onEnd);
    this.stream.off("close", this.#onClose);
  }
}

function ignore(): void {}
