import type { Socket } from "node:net";
import {
  canonicalAddress,
  formatAddress,
  inPrefixes,
  type Log,
  type Scope,
  sourceNetwork,
  type TransportAddress,
} from "#base";
import { fail } from "../errors.ts";
import type { Live } from "../live.ts";
import type { Protection } from "../protection/protection.ts";
import { Connection } from "./connection.ts";
import { lookAhead } from "./look-ahead.ts";
import { plainAddress } from "./plain-address.ts";
import { readProxyHeader } from "./proxy-header.ts";

/** A balancer without the header would fill the log; once in this time tells enough, ms. */
const TELL_EVERY_MS = 10_000;

/**
 * Where each TCP connection from outside comes in, on either port: it learns the real source, from the PROXY header if a
 * listed balancer passes it on, and asks whether that source may come in.
 */
export class Door {
  readonly #scope: Scope;
  readonly #live: Live;
  readonly #protection: Protection;
  readonly #log: Log;
  /** Also those that have not said yet who they are. */
  readonly #sockets = new Set<Socket>();
  readonly #open = new Map<string, Connection>();
  #toldAt = Number.NEGATIVE_INFINITY;
  #badHeaders = 0;

  constructor(scope: Scope, options: { readonly live: Live; readonly protection: Protection; readonly log: Log }) {
    this.#scope = scope;
    this.#live = options.live;
    this.#protection = options.protection;
    this.#log = options.log;
  }

  get connections(): number {
    return this.#open.size;
  }

  /** Connections of listed balancers without a valid header. */
  get badHeaders(): number {
    return this.#badHeaders;
  }

  /** Calls `then` once it is clear who comes, and that he may; otherwise the socket is closed. */
  take(socket: Socket, then: (connection: Connection) => void): void {
    socket.on("error", () => {});
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const { remoteAddress, remotePort: port } = socket;
    // A connection that is already gone has neither.
    if (remoteAddress === undefined || port === undefined) return void socket.destroy();
    const peer = { address: plainAddress(remoteAddress), port };
    if (this.#isBalancer(peer.address)) this.#readHeader(socket, peer, then);
    else this.#admit(socket, peer, then);
  }

  /** The connection that carries this stream: the socket itself, or TLS on it. Undefined once it is closed. */
  of(stream: Socket): Connection | undefined {
    return this.#open.get(keyOf(stream));
  }

  /** Ends what blocked sources have open, but for tunnels. Says how many connections, by source. */
  endBlocked(): ReadonlyMap<string, number> {
    const ended = new Map<string, number>();
    for (const { socket, source, isTunnel } of [...this.#open.values()]) {
      if (isTunnel || !this.#protection.isBlocked(source.address)) continue;
      const network = sourceNetwork(source.address);
      ended.set(network, (ended.get(network) ?? 0) + 1);
      socket.destroy();
    }
    return ended;
  }

  /** Ends every connection. A listener's own end waits for those that it accepted. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #isBalancer(address: string): boolean {
    const { balancers } = this.#live;
    return balancers.length > 0 && inPrefixes(canonicalAddress(address)!, balancers);
  }

  #readHeader(socket: Socket, balancer: TransportAddress, then: (connection: Connection) => void): void {
    const judge = (bytes: Uint8Array) => {
      const header = readProxyHeader(bytes);
      return header === "incomplete" ? undefined : header;
    };
    lookAhead(this.#scope, socket, this.#live.limits.firstBytesMs, judge, (header) => {
      if (header === "malformed") {
        this.#tellOf(balancer, "the connection begins with something else");
        socket.destroy();
        return;
      }
      socket.read(header.length);
      if (header.source) this.#admit(socket, header.source, then);
      else this.#enter(socket, new Connection(socket, balancer, this.#protection), then);
    });
  }

  #admit(socket: Socket, source: TransportAddress, then: (connection: Connection) => void): void {
    if (this.#protection.admit(source.address) === "ok")
      this.#enter(socket, new Connection(socket, source, this.#protection), then);
    // A reset, so that a flood leaves nothing behind in the kernel.
    else socket.resetAndDestroy();
  }

  #enter(socket: Socket, connection: Connection, then: (connection: Connection) => void): void {
    const key = keyOf(socket);
    this.#open.set(key, connection);
    socket.once("close", () => {
      // A client may come again from the same port before we hear that the former connection has ended.
      if (this.#open.get(key) === connection) this.#open.delete(key);
      connection.ended();
    });
    then(connection);
  }

  #tellOf(balancer: TransportAddress, why: string): void {
    this.#badHeaders++;
    if (performance.now() - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = performance.now();
    const error = fail("PROXY_HEADER_MISSING", { balancer: formatAddress(balancer), why });
    this.#log.warn("balancer without PROXY header", { code: error.code, why: error.message, remedy: error.remedy });
  }
}

/** TLS has the same ends as the socket that it is on. */
function keyOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress}|${remotePort}|${localAddress}|${localPort}`;
}
