import { once } from "node:events";
import net from "node:net";
import { Worker } from "node:worker_threads";
import { ManualClock, Scope, type TransportAddress } from "#base";
import type { Client } from "../allocation.ts";
import { Remote } from "../streams/test-world.ts";
import { TcpRelays } from "./index.ts";

export const ANNA = { id: "anna", role: "guest" } as const;

export interface Attempt {
  readonly id: number;
  readonly peer: TransportAddress;
}

/** For tests: relays on loopback, whose clients and peers are real sockets. */
export function world() {
  const scope = new Scope();
  const clock = new ManualClock();
  const relays = new TcpRelays(scope, clock);
  return {
    ...{ scope, clock, relays },
    open: (advertised?: string, address = "127.0.0.1", bytesPerSecond?: number) =>
      openRelay(relays, freePort(address), advertised, bytesPerSecond),
    /** A program that listens for the relay's connections. */
    listener: (address = "127.0.0.1") => Listener.open(scope, address, true),
    /** Where a program listens that accepts nobody and has no room left: connections to it neither come about nor fail. */
    deaf: () => deafListener(scope),
    /** Connects to a relay, or to whatever is there. */
    remote: (at: TransportAddress) => Remote.plain(scope, at),
    data: (head?: string) => dataConnection(scope, head),
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

function freePort(address: string): TransportAddress {
  using socket = new net.BoundSocket({ host: address });
  return { address, port: socket.address().port };
}

async function openRelay(
  relays: TcpRelays,
  bound: TransportAddress,
  advertised = bound.address,
  bytesPerSecond?: number,
) {
  const relayed = { address: advertised, port: bound.port };
  const attempts: Attempt[] = [];
  const rules = { admits: (_: TransportAddress) => true, allows: (_: TransportAddress) => true };
  const relay = await relays.open({
    bound,
    relayed,
    owner: ANNA,
    bytesPerSecond,
    admits: (peer) => rules.admits(peer),
    allows: (peer) => rules.allows(peer),
    onAttempt: (id, peer) => void attempts.push({ id, peer }),
  });
  return { relay, bound, relayed, attempts, rules };
}

export class Listener {
  readonly at: TransportAddress;
  readonly accepted: Remote[] = [];

  private constructor(server: net.Server) {
    const { address, port } = server.address() as net.AddressInfo;
    this.at = { address, port };
    server.on("connection", (socket) => this.accepted.push(new Remote(socket)));
  }

  static async open(scope: Scope, address: string, allowHalfOpen: boolean): Promise<Listener> {
    const server = net.createServer({ allowHalfOpen }).listen(0, address);
    await once(server, "listening");
    const listener = new Listener(server);
    scope.defer(() => {
      server.close();
      for (const { socket } of listener.accepted) socket.destroy();
    });
    return listener;
  }
}

/** Its thread sleeps, and what the backlog of one has room for is connected. */
async function deafListener(scope: Scope): Promise<TransportAddress> {
  const program = `
    const { parentPort } = require("node:worker_threads");
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const worker = new Worker(program, { eval: true });
  scope.defer(async () => void (await worker.terminate()));
  const [port] = await once(worker, "message");
  const at = { address: "127.0.0.1", port: port as number };
  await Promise.all([Remote.plain(scope, at), Remote.plain(scope, at)]);
  return at;
}

/** A connection as a client has it after its ConnectionBind: `remote` is the client's end, `client` what the server knows. */
async function dataConnection(scope: Scope, head = "") {
  const listener = await Listener.open(scope, "127.0.0.1", false);
  const remote = await Remote.plain(scope, listener.at);
  remote.socket.allowHalfOpen = true;
  while (listener.accepted.length === 0) await new Promise(setImmediate);
  const { socket } = listener.accepted[0]!;
  socket.removeAllListeners("data");
  socket.pause();
  const client: Client = {
    path: { transport: "tcp", writer: { write: () => true } },
    transport: "tcp",
    address: { address: "127.0.0.1", port: 1 },
    family: 1,
    key: "data",
    stream: { detach: () => ({ socket, head: Buffer.from(head) }) },
  };
  return { remote, client };
}
