import type { Socket } from "node:net";

/** Sees the bytes of TCP connections as they are on the wire, while somebody captures them. */
export interface SocketTap {
  /**
   * To be called for every connection before anything reads from it; go on with what it returns, which is the socket
   * itself unless a capture runs. A connection that we dialled must be connected.
   */
  wrap(socket: Socket): Socket;
}

/** For whoever has no use for captures. */
export const noTap: SocketTap = { wrap: (socket) => socket };
