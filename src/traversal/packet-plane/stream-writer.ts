import type { Socket } from "node:net";

/** Unsent bytes above which media is dropped: queued for longer it would be too late to be of use. */
const MEDIA_LIMIT = 512 * 1024;

/**
 * Writes to a TCP connection that carries real-time media: all that is written in one turn of the event loop leaves in
 * one write, and a peer that reads too slowly loses packets rather than fill our memory.
 */
export class StreamWriter {
  dropped = 0;
  readonly #socket: Socket;
  #corked = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
  }

  /** Keeps `bytes` until they are sent. False if they were dropped. */
  write(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket.writable || socket.writableLength > MEDIA_LIMIT) {
      this.dropped++;
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
