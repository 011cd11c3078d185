import type { Socket } from "node:net";

/** Unsent bytes above which media is dropped: queued for longer it would be too late to be of use. */
const MEDIA_LIMIT = 512 * 1024;
/** Unsent bytes above which a reply is dropped too: its peer asks, and does not read the answers. */
const REPLY_LIMIT = 1024 * 1024;

/**
 * Writes to a TCP connection that carries real-time media: all that is written in one turn of the event loop leaves in
 * one write, and a peer that reads too slowly loses packets rather than fill our memory.
 */
export class StreamWriter {
  dropped = 0;
  readonly #socket: Socket;
  readonly #onChoked: (() => void) | undefined;
  #corked = false;

  /** `onChoked` is called when a reply did not fit: the connection is of no use any more, and its owner ends it. */
  constructor(socket: Socket, onChoked?: () => void) {
    this.#socket = socket;
    this.#onChoked = onChoked;
    socket.setNoDelay(true);
  }

  /** Keeps `bytes` until they are sent. False if they were dropped. */
  write(bytes: Uint8Array, reply = false): boolean {
    const socket = this.#socket;
    const full = socket.writableLength > (reply ? REPLY_LIMIT : MEDIA_LIMIT);
    if (full || !socket.writable) {
      this.dropped++;
      if (reply && socket.writable) this.#onChoked?.();
      return false;
    }
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    socket.write(bytes);
    return true;
  }
}
