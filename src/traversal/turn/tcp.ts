import { once } from "node:events";
import net from "node:net";
import { formatAddress, type Scope, type TransportAddress } from "#base";
import { StreamWriter } from "#packet-plane";
import { FrameReader } from "#stun";
import type { Client } from "./allocation.ts";
import type { TurnCore } from "./core.ts";
import { sourceOf } from "./refusal-budget.ts";

/** From one address (IPv6: one /64): the guests behind one NAT. */
const MAX_PER_SOURCE = 256;
const MAX_CONNECTIONS = 4096;
/** A connection without an allocation is closed after this, ms. */
const IDLE_LIMIT = 60_000;

interface Connection {
  readonly client: Client;
  readonly socket: net.Socket;
  idleSince: number;
}

/** TURN over TCP: the same messages in a stream (RFC 8656 3.1). An allocation ends with its connection. */
export class TcpClients {
  readonly #core: TurnCore;
  readonly #connections = new Set<Connection>();
  readonly #perSource = new Map<string, number>();
  #next = 1;

  constructor(core: TurnCore) {
    this.#core = core;
  }

  /** Rejects with the system's error. */
  async listen(scope: Scope, where: TransportAddress): Promise<TransportAddress> {
    const server = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
    server.maxConnections = MAX_CONNECTIONS;
    server.listen({ host: where.address, port: where.port, ipv6Only: where.address.includes(":") });
    await once(server, "listening");
    scope.defer(async () => {
      for (const { socket } of this.#connections) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });
    const { address, port } = server.address() as net.AddressInfo;
    return { address, port };
  }

  /** Closes connections that hold nothing. */
  sweep(): void {
    const now = this.#core.clock.now();
    for (const connection of this.#connections) {
      if (this.#core.allocations.of(connection.client)) connection.idleSince = now;
      else if (now - connection.idleSince > IDLE_LIMIT) connection.socket.destroy();
    }
  }

  #accept(socket: net.Socket): void {
    const address = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
    const source = sourceOf(address.address);
    const count = this.#perSource.get(source) ?? 0;
    socket.on("error", () => {});
    if (!address.address || count >= MAX_PER_SOURCE) {
      socket.destroy();
      return;
    }
    this.#perSource.set(source, count + 1);
    const key = `tcp ${this.#next++} ${formatAddress(address)}`;
    const path = { transport: "tcp", writer: new StreamWriter(socket) } as const;
    const connection = {
      client: { path, transport: "tcp", address, key } as const,
      socket,
      idleSince: this.#core.clock.now(),
    };
    this.#connections.add(connection);
    const frames = new FrameReader((frame) => this.#core.receive(connection.client, frame));
    socket.on("data", (chunk) => {
      if (!frames.push(chunk)) socket.destroy();
    });
    socket.on("close", () => this.#gone(connection, source));
  }

  #gone(connection: Connection, source: string): void {
    this.#connections.delete(connection);
    const left = (this.#perSource.get(source) ?? 1) - 1;
    if (left > 0) this.#perSource.set(source, left);
    else this.#perSource.delete(source);
    this.#core.clientGone(connection.client);
  }
}
