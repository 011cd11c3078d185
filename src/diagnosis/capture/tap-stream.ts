import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { ConnectionRecorder } from "./contract.ts";

type Done = (error?: Error | null) => void;

/** A socket's bytes, seen on their way. Errors, ends and the pace of both sides pass through as they are. */
export class TapStream extends Duplex {
  readonly #raw: Socket;
  readonly #recorder: ConnectionRecorder;

  constructor(raw: Socket, recorder: ConnectionRecorder) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    this.#recorder = recorder;
    // TLS writes on past the end of the other side, as it does when it has the socket itself.
    raw.allowHalfOpen = true;
    raw.on("data", (chunk: Buffer) => {
      recorder.data("in", chunk);
      if (!this.push(chunk)) raw.pause();
    });
    raw.on("end", () => {
      recorder.end("in");
      this.push(null);
    });
    raw.on("error", (error) => this.destroy(error));
    raw.on("close", () => this.destroy());
    raw.pause();
  }

  /** What the kernel takes at once is done at once: who says a last word and closes is still heard. */
  put(chunks: readonly Uint8Array[], done: Done): void {
    const raw = this.#raw;
    let isDone = false;
    const finish: Done = (error) => {
      if (isDone) return;
      isDone = true;
      done(error ?? null);
    };
    raw.cork();
    chunks.forEach((chunk, i) => {
      this.#recorder.data("out", chunk);
      raw.write(chunk, i === chunks.length - 1 ? finish : undefined);
    });
    raw.uncork();
    if (raw.writableLength === 0 && !raw.destroyed) finish();
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.put([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.put(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.#recorder.end("out");
    this.#raw.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#recorder.closed(error ? "reset" : "closed");
    this.#raw.destroy();
    done(error);
  }
}
