import dgram from "node:dgram";
import type { TransportAddress } from "#base";

/** Datagrams that may wait for a congested interface; more are dropped. */
const MAX_WAITING = 256;

/** A bound UDP socket that never throws: what cannot be sent is lost, as on any network. */
export interface UdpSocket {
  readonly address: TransportAddress;
  /** False if it was dropped because too many packets wait. */
  send(bytes: Buffer | Buffer[], to: TransportAddress): boolean;
  close(): void;
}

/** Peers are literal addresses: this keeps the resolver out of the path of packets. */
const literal =
  (family: 4 | 6): dgram.SocketOptions["lookup"] =>
  (host, _options, done) =>
    done(null, host, family);

/** Rejects with the system's error. `bufferBytes` is capped by net.core.rmem_max. */
export async function bindUdp(
  where: TransportAddress,
  bufferBytes: number,
  onMessage: (bytes: Buffer, from: dgram.RemoteInfo) => void,
): Promise<UdpSocket> {
  const family = where.address.includes(":") ? 6 : 4;
  const socket = dgram.createSocket({
    type: `udp${family}`,
    ipv6Only: family === 6,
    lookup: literal(family),
    recvBufferSize: bufferBytes,
    sendBufferSize: bufferBytes,
  } as dgram.SocketOptions);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind(where.port, where.address, resolve);
  });
  socket.removeAllListeners("error");
  socket.on("error", () => {});
  socket.on("message", onMessage);
  const { address, port } = socket.address();
  let open = true;
  return {
    address: { address, port },
    send: (bytes, to) => {
      if (!open || socket.getSendQueueCount() > MAX_WAITING) return false;
      socket.send(bytes, to.port, to.address);
      return true;
    },
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}
