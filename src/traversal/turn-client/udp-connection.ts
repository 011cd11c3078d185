import dgram from "node:dgram";
import type { Scope, TransportAddress } from "#base";
import { nativeAvailable, openBatchedUdp } from "#native";
import type { Connection, ConnectionListener } from "./connection.ts";

/** A burst of keyframes to all guests must fit. The kernel caps it at net.core.{r,w}mem_max. */
const SOCKET_BUFFER = 4 << 20;
/** Bytes that wait for the kernel beyond that: more would be late. */
const QUEUE = 1 << 20;

const REFUSED = "connection refused";

/** A UDP socket connected to the server. Rejects if the system knows no way there. */
export async function openUdp(
  scope: Scope,
  server: TransportAddress,
  family: number,
  listener: ConnectionListener,
): Promise<Connection> {
  // A link-local address has its interface's name behind it, which the addon's sockets do not read.
  const batched = nativeAvailable() && !server.address.includes("%");
  return batched ? openBatched(scope, server, listener) : await openPlain(scope, server, family, listener);
}

/** A media worker's packets come and go by the batch: a system call for each would cost more than the packet. */
function openBatched(scope: Scope, server: TransportAddress, listener: ConnectionListener): Connection {
  const socket = openBatchedUdp(
    { peer: server, socketBuffer: SOCKET_BUFFER, queue: QUEUE },
    {
      onPacket: (bytes) => listener.onMessage(bytes),
      onError: (code) => {
        if (code === "ECONNREFUSED") listener.onBroken(REFUSED);
      },
    },
  );
  scope.defer(() => socket.close());
  return { reliable: false, send: (bytes) => socket.send(bytes) };
}

async function openPlain(
  scope: Scope,
  server: TransportAddress,
  family: number,
  listener: ConnectionListener,
): Promise<Connection> {
  const socket = dgram.createSocket({
    type: family === 6 ? "udp6" : "udp4",
    recvBufferSize: SOCKET_BUFFER,
    sendBufferSize: SOCKET_BUFFER,
  });
  scope.defer(() => void socket.close());
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.connect(server.port, server.address, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  socket.on("message", (bytes) => listener.onMessage(bytes));
  // Only a refusal says that nobody is there; what else a send can meet (no route for a moment) shows as a timeout.
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED") listener.onBroken(REFUSED);
  });
  return {
    reliable: false,
    send: (bytes) => {
      if (socket.getSendQueueCount() > 0) return false;
      // The caller may overwrite them as soon as we return, and the kernel may take them later.
      socket.send(Buffer.from(bytes));
      return true;
    },
  };
}
