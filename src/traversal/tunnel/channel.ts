import { Duplex } from "node:stream";
import type { Channel } from "ssh2";
import { replacePacketCiphers } from "./packet-cipher.ts";

replacePacketCiphers();

/** Bytes that wait here; the SSH window (2 MB, RFC 4254 5.2) holds back the rest. */
const BUFFER_BYTES = 64 * 1024;

/** ssh2's channel, whose own two buffers are passed by: what it would put into one comes here, and the other is never asked. */
interface Inner {
  readonly incoming: { readonly window: number };
  push(chunk: Buffer | null): boolean;
  _read(): void;
  _write(chunk: Buffer, encoding: null, done: (error?: Error | null) => void): void;
  /** On the core's end: where ssh2 would keep extended data (RFC 4254 5.2), which nobody reads. */
  readonly stderr?: { push(chunk: Buffer | null): boolean };
}

/**
 * One connection through the tunnel, as a stream that ends, fails and is destroyed like a socket. ssh2's own channel
 * answers `destroy` without the events that HTTP parsers and pools wait for. "overrun" of ssh2's channel tells of bytes that
 * were not granted.
 */
export class TunnelChannel extends Duplex {
  readonly #channel: Channel;
  readonly #inner: Inner;
  #ended = false;

  constructor(channel: Channel) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#channel = channel;
    this.#inner = channel as unknown as Inner;
    const pushOwn = this.#inner.push;
    this.#inner.push = (chunk) => {
      if (chunk) return this.#take(chunk);
      this.#ended = true;
      this.push(null);
      return pushOwn.call(this.#inner, null);
    };
    this.#refuseExtendedData();
    channel.on("error", (error: Error) => this.destroy(error));
    channel.on("close", () => this.#closed());
    // Its own end is told to a reader only.
    channel.resume();
  }

  /** No honest edge sends any on a forwarded connection. */
  #refuseExtendedData(): void {
    const { stderr } = this.#inner;
    if (!stderr) return;
    const pushOwn = stderr.push;
    stderr.push = (chunk) => {
      if (chunk === null) return pushOwn.call(stderr, null);
      this.#channel.emit("overrun");
      this.destroy(new Error("tunnel channel got extended data"));
      return true;
    };
  }

  /** ssh2 would keep whatever comes beyond the window that the other side was granted; an honest one never sends that. */
  #take(chunk: Buffer): boolean {
    if (this.destroyed) return true;
    if (this.#inner.incoming.window >= 0) return this.push(chunk);
    this.#channel.emit("overrun");
    this.destroy(new Error("tunnel channel got more than was granted"));
    return true;
  }

  /** Grants the other side more, if it was held back. */
  override _read(): void {
    this.#inner._read();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#channel.writable) this.#inner._write(chunk, null, done);
    else done(new Error("tunnel channel is closed"));
  }

  /** Only says that nothing more comes from here; on the edge `end` would close the way back as well. */
  override _final(done: () => void): void {
    this.#channel.eof();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.destroy();
    done(error);
  }

  /** The peer is gone for good. What it sent before may still be read; nothing can be written any more. */
  #closed(): void {
    if (!this.#ended) this.destroy(new Error("tunnel channel was closed"));
    else if (!this.writableEnded) this.end();
  }
}
