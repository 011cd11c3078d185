import { BadFraming, type Framing, parseFields } from "./grammar.ts";

/** RFC 9112 7.1. Extensions mean nothing to us; those that others could read differently, such as an open quote, are refused. */
const CHUNK_LINE =
  /^([0-9A-Fa-f]{1,8})(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"[\t\x20\x21\x23-\x5b\x5d-\x7e]*"))?)*\r\n$/;
/** A chunk's line, or all trailers together, bytes. */
const MAX_LINE = 4096;
const MAX_TRAILERS = 16 * 1024;
/** Extensions of all chunks together, bytes: they count for no body. */
const MAX_EXTENSIONS = 16 * 1024;
/** They would frame or route a message whose head has gone on already (RFC 9110 6.5.1). */
const NO_TRAILERS = new Set(["content-length", "transfer-encoding", "host"]);

type State =
  | { readonly at: "line" }
  | { readonly at: "data"; left: number }
  | { readonly at: "data-end" }
  | { readonly at: "trailers" };

/** Takes a message's body apart from what follows it. */
export class BodyDecoder {
  readonly #chunked: boolean;
  #left: number;
  #state: State = { at: "line" };
  /** Of a line that has not all come. */
  #line = "";
  #trailerBytes = 0;
  #extensionBytes = 0;
  #done: boolean;

  constructor(framing: Framing) {
    this.#chunked = framing === "chunked";
    this.#left = typeof framing === "number" ? framing : framing === "close" ? Number.POSITIVE_INFINITY : 0;
    this.#done = !this.#chunked && this.#left === 0;
  }

  /** All of the body has come. Of one that ends with the connection only the connection knows. */
  get done(): boolean {
    return this.#done;
  }

  /** Calls `data` with the body's bytes from `start` on; returns where the next message begins. Throws BadFraming. */
  feed(chunk: Buffer, start: number, data: (part: Buffer) => void): number {
    if (this.#chunked) return this.#feedChunked(chunk, start, data);
    const end = Math.min(chunk.length, start + this.#left);
    if (end > start) {
      this.#left -= end - start;
      this.#done = this.#left === 0;
      data(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end));
    }
    return end;
  }

  #feedChunked(chunk: Buffer, start: number, data: (part: Buffer) => void): number {
    let at = start;
    while (at < chunk.length && !this.#done) {
      const state = this.#state;
      if (state.at === "data") {
        const end = Math.min(chunk.length, at + state.left);
        data(chunk.subarray(at, end));
        state.left -= end - at;
        at = end;
        if (state.left === 0) this.#state = { at: "data-end" };
      } else {
        const end = chunk.indexOf("\n", at) + 1 || chunk.length;
        this.#line += chunk.toString("latin1", at, end);
        at = end;
        if (this.#line.length > MAX_LINE) throw new BadFraming("line of a chunk");
        if (this.#line.endsWith("\n")) this.#takeLine(state.at);
      }
    }
    return at;
  }

  #takeLine(at: "line" | "data-end" | "trailers"): void {
    const line = this.#line;
    this.#line = "";
    if (at === "line") this.#takeSize(line);
    else if (at === "data-end") {
      if (line !== "\r\n") throw new BadFraming("end of a chunk");
      this.#state = { at: "line" };
    } else if (line === "\r\n") {
      this.#done = true;
    } else {
      this.#takeTrailer(line);
    }
  }

  #takeSize(line: string): void {
    const size = CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) throw new BadFraming("line of a chunk");
    this.#extensionBytes += line.length - size.length - "\r\n".length;
    if (this.#extensionBytes > MAX_EXTENSIONS) throw new BadFraming("extensions of chunks");
    const left = Number.parseInt(size, 16);
    this.#state = left === 0 ? { at: "trailers" } : { at: "data", left };
  }

  /** Trailers are read, so that the next message is found, and not passed on. */
  #takeTrailer(line: string): void {
    this.#trailerBytes += line.length;
    if (this.#trailerBytes > MAX_TRAILERS) throw new BadFraming("trailers");
    for (const [name] of parseFields(line, 0)) if (NO_TRAILERS.has(name)) throw new BadFraming("trailer that frames");
  }
}
