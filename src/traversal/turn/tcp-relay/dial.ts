import net from "node:net";
import type { TransportAddress } from "#base";

/**
 * Can a connection leave from the port on which a relay listens? It needs SO_REUSEPORT on both, and of Node a socket that
 * is bound before it connects (net.BoundSocket, since 24.19).
 */
export function tcpRelaysAvailable(): boolean {
  return typeof net.BoundSocket === "function";
}

/** Throws EADDRINUSE if another socket listens there: SO_REUSEPORT would share the port with any program of this user. */
export function requireFree({ address, port }: TransportAddress): void {
  new net.BoundSocket({ host: address, port }).close();
}

/** A socket on its way to the peer. Throws the system's error if it cannot be bound. */
export function dial(from: TransportAddress, to: TransportAddress): net.Socket {
  const handle = new net.BoundSocket({ host: from.address, port: from.port, reusePort: true });
  const socket = new net.Socket({ handle, allowHalfOpen: true });
  socket.setNoDelay(true);
  return socket.connect({ host: to.address, port: to.port });
}
