import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Scope, type TransportAddress, textOf } from "#base";
import { noTap, type SocketTap } from "#listeners";
import { type Family, familyOf } from "../family.ts";
import { Admission } from "./admission.ts";
import type { StreamCore, StreamOrigin, StreamSettings } from "./contract.ts";
import { protocolOf } from "./first-byte.ts";
import { FramedClient } from "./framed-client.ts";
import { TlsTermination } from "./tls.ts";

export type { StreamCore, StreamOrigin, StreamSettings } from "./contract.ts";

/** For the first byte that tells TLS from STUN, ms. */
const FIRST_BYTE_WITHIN = 10_000;

interface Connection {
  readonly stream: Duplex;
  readonly from: TransportAddress;
  readonly since: number;
  /** Undefined until it is known to be STUN or TLS. */
  framed: FramedClient | undefined;
}

/** The TURN clients that come over TCP and TLS, or through another listener. An allocation ends with its connection. */
export class StreamClients {
  readonly #core: StreamCore;
  readonly #admission: Admission;
  readonly #tls: TlsTermination;
  readonly #tap: SocketTap;
  readonly #connections = new Set<Connection>();
  #next = 1;
  #closed = false;

  /** Throws OpenSSL's error if the certificate cannot be used. */
  constructor(core: StreamCore, settings: StreamSettings, tap: SocketTap = noTap) {
    this.#core = core;
    this.#tap = tap;
    this.#admission = new Admission(settings);
    this.#tls = new TlsTermination(settings.tls);
  }

  /** For what comes from now on. Throws OpenSSL's error for a certificate that cannot be used, and changes nothing. */
  configure(settings: StreamSettings): void {
    this.#tls.configure(settings.tls);
    this.#admission.configure(settings);
  }

  /** "tcp" takes STUN and TLS, told apart by the first byte; "tls" TLS only. Rejects with the system's error. */
  async listen(scope: Scope, where: TransportAddress, kind: "tcp" | "tls"): Promise<TransportAddress> {
    const family = familyOf(where.address);
    const server = createServer({ noDelay: true }, (socket) => this.#accept(this.#tap.wrap(socket), kind, family));
    server.listen({ host: where.address, port: where.port, ipv6Only: where.address.includes(":") });
    await once(server, "listening");
    server.on("error", (error) => this.#core.log.warn("TURN listener failed", { where, why: textOf(error) }));
    scope.defer(async () => {
      this.close();
      await new Promise((resolve) => server.close(resolve));
    });
    const { address, port } = server.address() as AddressInfo;
    return { address, port };
  }

  /** A stream that another listener has accepted, from its first byte on. It counts as the others do. */
  adopt(stream: Duplex, origin: StreamOrigin): void {
    const connection = this.#enter(stream, origin.client);
    if (connection) this.#frame(connection, stream, origin);
  }

  /** Closes what has had its time. To be called once a second. */
  sweep(): void {
    const now = this.#core.clock.now();
    for (const { stream, framed, since } of this.#connections)
      if (framed ? framed.isOverdue(now) : now - since > FIRST_BYTE_WITHIN) stream.destroy();
  }

  /** Ends the connections of these clients. */
  end(of: (address: string) => boolean): void {
    for (const { stream, from } of [...this.#connections]) if (of(from.address)) stream.destroy();
  }

  /** Ends all connections; what is adopted afterwards ends at once. */
  close(): void {
    this.#closed = true;
    for (const { stream } of this.#connections) stream.destroy();
  }

  /** Open connections. */
  get size(): number {
    return this.#connections.size;
  }

  #accept(socket: Socket, kind: "tcp" | "tls", family: Family): void {
    const from = { address: socket.remoteAddress?.split("%")[0] ?? "", port: socket.remotePort ?? 0 };
    const connection = this.#enter(socket, from);
    if (!connection) return;
    if (kind === "tls") this.#secure(connection, socket, family);
    else socket.once("data", (chunk: Buffer) => this.#tellApart(connection, socket, chunk, family));
  }

  /** Undefined if there is no room for it, or its client has left already: then it is closed. */
  #enter(stream: Duplex, from: TransportAddress): Connection | undefined {
    stream.on("error", () => {});
    if (this.#closed || stream.destroyed || from.address === "" || !this.#admission.enter(from.address)) {
      stream.destroy();
      return undefined;
    }
    const connection: Connection = { stream, from, since: this.#core.clock.now(), framed: undefined };
    this.#connections.add(connection);
    stream.once("close", () => {
      this.#connections.delete(connection);
      this.#admission.leave(from.address);
    });
    return connection;
  }

  #tellApart(connection: Connection, socket: Socket, chunk: Buffer, family: Family): void {
    socket.pause();
    socket.unshift(chunk);
    const protocol = protocolOf(chunk[0]);
    if (protocol === "tls") this.#secure(connection, socket, family);
    else if (protocol === "stun")
      this.#frame(connection, socket, { client: connection.from, transport: "tcp", family });
    else socket.destroy();
  }

  #secure(connection: Connection, socket: Socket, family: Family): void {
    const { from } = connection;
    const allowed = this.#admission.mayShakeHands(from.address, this.#core.clock.now());
    const tls = allowed ? this.#tls.terminate(socket) : undefined;
    if (tls) this.#frame(connection, tls, { client: from, transport: "tls", family });
    else socket.destroy();
  }

  #frame(connection: Connection, stream: Duplex, origin: StreamOrigin): void {
    connection.framed = new FramedClient(this.#core, stream, origin, this.#next++);
  }
}
