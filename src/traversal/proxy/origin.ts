import type { Duplex } from "node:stream";
import type { TLSSocket, Server as TlsServer } from "node:tls";
import { canonicalAddress } from "#base";
import type { Door } from "./front/door.ts";

export interface Origin {
  /** Canonical IP address of the client, behind a balancer too. */
  readonly source: string;
  /** The server name of TLS. */
  readonly routedHost: string | undefined;
}

/** Of a connection that is closed already: nothing is served to it. */
const NOBODY: Origin = { source: "0.0.0.0", routedHost: undefined };

/** Who is at the other end of each web connection. */
export class Origins {
  readonly #origins = new WeakMap<Duplex, Origin>();

  constructor(web: TlsServer, door: Door) {
    // Before whoever reads the first request, which may be there already.
    web.prependListener("secureConnection", (socket: TLSSocket) => this.#learn(socket, door));
  }

  of(socket: Duplex): Origin {
    return this.#origins.get(socket) ?? NOBODY;
  }

  #learn(socket: TLSSocket, door: Door): void {
    const connection = door.of(socket);
    if (!connection) return void socket.destroy();
    const { address } = connection.source;
    // Node types say string, but it is false if the client named no server.
    const name = (socket as { servername?: string | false }).servername;
    const routedHost = name ? name.toLowerCase() : undefined;
    this.#origins.set(socket, { source: canonicalAddress(address) ?? address, routedHost });
  }
}
