import { CHANNEL_HEADER } from "./channel-data.ts";
import { HEADER_SIZE, padded } from "./constants.ts";

/**
 * Cuts a TCP or TLS stream into STUN messages and ChannelData (RFC 8656 3.1, 12.5). A frame that lies whole in one
 * chunk is a view of it; one that is split is collected in a buffer of its final size (64 KiB at most), so that a
 * stream of single bytes costs no more than a stream of large chunks.
 */
export class FrameReader {
  readonly #onFrame: (frame: Buffer) => void;
  readonly #head = Buffer.alloc(4);
  #headLength = 0;
  #frame: Buffer | undefined;
  #filled = 0;

  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** Returns false as soon as the stream holds anything that is neither; it cannot be followed any further. */
  push(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
      const taken = this.#frame ? this.#continue(chunk, at) : this.#begin(chunk, at);
      if (taken < 0) return false;
      at += taken;
    }
    return true;
  }

  #begin(chunk: Buffer, at: number): number {
    if (this.#headLength === 0 && chunk.length - at >= 4) {
      const size = frameSize(chunk, at);
      if (size < 0) return -1;
      if (chunk.length - at >= size) {
        this.#onFrame(chunk.subarray(at, at + size));
        return size;
      }
    }
    this.#head[this.#headLength++] = chunk[at]!;
    if (this.#headLength < 4) return 1;
    const size = frameSize(this.#head, 0);
    if (size < 0) return -1;
    this.#headLength = 0;
    this.#frame = Buffer.alloc(size);
    this.#frame.set(this.#head);
    this.#filled = 4;
    return 1 + (size === 4 ? this.#continue(chunk, at + 1) : 0);
  }

  #continue(chunk: Buffer, at: number): number {
    const frame = this.#frame!;
    const taken = Math.min(frame.length - this.#filled, chunk.length - at);
    chunk.copy(frame, this.#filled, at, at + taken);
    this.#filled += taken;
    if (this.#filled === frame.length) {
      this.#frame = undefined;
      this.#onFrame(frame);
    }
    return taken;
  }
}

/** The size of the frame whose first four bytes lie at `at`, padding included; negative if it is no frame. */
function frameSize(bytes: Buffer, at: number): number {
  const [first, length] = [bytes[at]!, bytes.readUInt16BE(at + 2)];
  if ((first & 0xc0) === 0x40) return padded(CHANNEL_HEADER + length);
  return first < 4 && length % 4 === 0 ? HEADER_SIZE + length : -1;
}
