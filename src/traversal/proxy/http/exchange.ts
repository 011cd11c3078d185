import type { Header } from "../passage.ts";
import type { RequestHead } from "./grammar.ts";
import { chunkOf, dateLine, fieldLines, LAST_CHUNK, SMALL_BYTES, statusLine } from "./head-writer.ts";
import type { ServerConnection } from "./server-connection.ts";

/** Takes the body of a request as it comes. */
export interface BodySink {
  /** False asks for a pause until `resumeBody`. */
  data(part: Buffer): boolean;
  end(): void;
}

/** Is told what becomes of the client. */
export interface ExchangeWatcher {
  /** It has taken what it was sent. */
  drained(): void;
  /** It is gone, or what it sent is not to be read on. Nothing more can be answered. */
  gone(): void;
}

/** One request of a client, and its answer. */
export class Exchange {
  readonly head: RequestHead;
  readonly webSocket: boolean;
  readonly hasBody: boolean;
  readonly #connection: ServerConnection;
  #keepAlive: boolean;
  #sink: BodySink | undefined;
  #parts: Buffer[] = [];
  #bodyEnded = false;
  #begun = false;
  #over = false;
  #chunked = false;
  watcher: ExchangeWatcher | undefined;

  constructor(
    connection: ServerConnection,
    head: RequestHead,
    webSocket: boolean,
    hasBody: boolean,
    keepAlive: boolean,
  ) {
    this.#connection = connection;
    this.head = head;
    this.webSocket = webSocket;
    this.hasBody = hasBody;
    this.#keepAlive = keepAlive;
  }

  get stream() {
    return this.#connection.stream;
  }
  /** Something of the answer has been sent. */
  get begun(): boolean {
    return this.#begun;
  }
  /** Nothing can be answered any more. */
  get over(): boolean {
    return this.#over;
  }

  /** The whole answer. Headers that frame a body are the engine's: those given are not sent. */
  answer(status: number, headers: readonly Header[], body: Buffer | string): void {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    const bodiless = status === 204 || status === 304 || status < 200;
    const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
    const head = this.#head(status, headers, bodiless || this.head.method === "HEAD" ? undefined : length);
    if (bodiless || this.head.method === "HEAD" || length === 0) this.#connection.write(head);
    else if (typeof body === "string") this.#connection.write(Buffer.from(head + body));
    else if (length <= SMALL_BYTES) this.#connection.write(head + body.toString("latin1"));
    else this.#connection.write(Buffer.concat([Buffer.from(head, "latin1"), body]));
    this.#end();
  }

  /** An answer whose body follows by `write` and `end`. */
  begin(status: number, headers: readonly Header[], length: number | undefined): void {
    if (this.#over || this.#begun) return;
    this.#begun = true;
    this.#chunked = length === undefined;
    this.#connection.write(this.#head(status, headers, length));
  }

  /** False if the client is behind: the watcher is told when it has caught up. */
  write(part: Buffer): boolean {
    if (this.#over) return true;
    return this.#connection.write(this.#chunked ? chunkOf(part) : part);
  }

  end(): void {
    if (this.#over) return;
    if (this.#chunked) this.#connection.write(LAST_CHUNK);
    this.#end();
  }

  /** Ends the connection: the client must not take what it has for whole. */
  destroy(): void {
    this.#over = true;
    this.stream.destroy();
  }

  /** Says 101 and gives the stream away, with what the client has already sent on it. */
  switchProtocols(headers: readonly Header[]): Buffer {
    this.#over = true;
    const rest = this.#connection.detach();
    this.stream.write(`${statusLine(101)}${fieldLines(headers)}\r\n`, "latin1");
    return rest;
  }

  receive(sink: BodySink): void {
    if (!this.#begun && this.#wantsToBeAsked()) this.#connection.write("HTTP/1.1 100 Continue\r\n\r\n");
    this.#sink = sink;
    const parts = this.#parts;
    this.#parts = [];
    const more = parts.map((part) => sink.data(part)).every((taken) => taken);
    if (this.#bodyEnded) sink.end();
    else if (more) this.resumeBody();
  }

  resumeBody(): void {
    if (!this.#over && !this.#bodyEnded) this.#connection.resumeBody();
  }

  takeBody(part: Buffer): void {
    if (!this.#sink) {
      this.#parts.push(part);
      this.#connection.pauseBody();
    } else if (!this.#sink.data(part)) this.#connection.pauseBody();
  }
  endBody(): void {
    this.#bodyEnded = true;
    this.#sink?.end();
  }
  drained(): void {
    this.watcher?.drained();
  }
  gone(): void {
    this.#over = true;
    const { watcher } = this;
    this.watcher = undefined;
    watcher?.gone();
  }

  #wantsToBeAsked(): boolean {
    return (
      this.hasBody && this.head.headers.some(([name, value]) => name === "expect" && /^100-continue$/i.test(value))
    );
  }

  #head(status: number, headers: readonly Header[], length: number | undefined): string {
    let lines = statusLine(status);
    let dated = false;
    let closes = false;
    let given: string | undefined;
    for (const [name, value] of headers) {
      if (name === "content-length") given = value;
      else if (name === "connection") closes ||= value === "close";
      else {
        dated ||= name === "date";
        lines += `${name}: ${value}\r\n`;
      }
    }
    if (closes) this.#keepAlive = false;
    if (!dated) lines += dateLine();
    if (length !== undefined) lines += `content-length: ${length}\r\n`;
    else if (this.#chunked) lines += "transfer-encoding: chunked\r\n";
    // Of an answer to HEAD it is the length of what GET would bring.
    else if (given !== undefined && status !== 204 && status >= 200) lines += `content-length: ${given}\r\n`;
    return `${lines}${this.#keepAlive ? "" : "connection: close\r\n"}\r\n`;
  }

  #end(): void {
    this.#over = true;
    this.watcher = undefined;
    this.#connection.answered(this.#keepAlive);
  }
}
