import { once } from "node:events";
import net from "node:net";
import type { Duplex } from "node:stream";
import type { Scope, TransportAddress } from "#base";
import { type Family, familyOf } from "./family.ts";
import type { StreamClients } from "./streams/index.ts";

/** Where a stream came from that another process accepted, on a port that TURN shares with the web. */
export interface StreamOrigin {
  readonly client: TransportAddress;
  /** How the client reached us; TLS has been taken off already. */
  readonly transport: "tcp" | "tls";
}

/** The first line, JSON, has this many bytes at most. */
const MAX_LINE = 512;

/**
 * Hands a stream over to the TURN server that listens on that socket. The socket lies in a folder that only this user can
 * enter: what comes through it is believed. Both ends close together.
 */
export function handOver(path: string, stream: Duplex, origin: StreamOrigin): void {
  const worker = net.connect(path);
  worker.write(`${JSON.stringify(origin)}\n`);
  for (const [from, to] of [
    [stream, worker],
    [worker, stream],
  ] as const) {
    from.on("error", () => {});
    from.once("close", () => to.destroy());
    from.pipe(to);
  }
}

/** The other end of `handOver`. Rejects with the system's error. */
export async function listenForHandover(scope: Scope, path: string, streams: StreamClients): Promise<void> {
  const server = net.createServer((socket) => readOrigin(socket, streams));
  server.listen(path);
  await once(server, "listening");
  scope.defer(() => new Promise((resolve) => server.close(() => resolve())));
}

function readOrigin(socket: net.Socket, streams: StreamClients): void {
  let head = Buffer.alloc(0);
  socket.on("error", () => {});
  const read = () => {
    const chunk: Buffer | null = socket.read();
    if (!chunk) return;
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\n");
    if (end < 0 && head.length < MAX_LINE) return;
    socket.off("readable", read);
    if (end < 0) return void socket.destroy();
    const origin = JSON.parse(head.toString("utf8", 0, end)) as StreamOrigin;
    if (head.length > end + 1) socket.unshift(head.subarray(end + 1));
    const family: Family = familyOf(origin.client.address);
    streams.adopt(socket, { ...origin, family });
  };
  socket.on("readable", read);
}
