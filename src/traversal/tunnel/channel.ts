import { Duplex } from "node:stream";
import type { Channel } from "ssh2";

/** Bytes that wait here; the SSH window (2 MB, RFC 4254 5.2) holds back the rest. */
const BUFFER_BYTES = 64 * 1024;

/**
 * One connection through the tunnel, as a stream that ends, fails and is destroyed like a socket. ssh2's own channel
 * answers `destroy` without the events that HTTP parsers and pools wait for.
 */
export class TunnelChannel extends Duplex {
  readonly #channel: Channel;
  #ended = false;

  constructor(channel: Channel) {
    super({ highWaterMark: BUFFER_BYTES });
    this.#channel = channel;
    channel.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause();
    });
    channel.on("end", () => {
      this.#ended = true;
      this.push(null);
    });
    channel.on("error", (error: Error) => this.destroy(error));
    channel.on("close", () => this.#closed());
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#channel.writable) this.#channel.write(chunk, done);
    else done(new Error("tunnel channel is closed"));
  }

  /** Only says that nothing more comes from here; on the edge `end` would close the way back as well. */
  override _final(done: () => void): void {
    this.#channel.eof();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const channel = this.#channel;
    channel.removeAllListeners("data");
    // Without a reader the channel would never tell its connection that it is over.
    channel.resume();
    channel.destroy();
    done(error);
  }

  /** The peer is gone for good. What it sent before may still be read; nothing can be written any more. */
  #closed(): void {
    if (!this.#ended) this.destroy(new Error("tunnel channel was closed"));
    else if (!this.writableEnded) this.end();
  }
}
