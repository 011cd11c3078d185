import type { Server as WebServer } from "node:https";
import { createServer as createListener, isIP, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import type { Scope, TransportAddress } from "#base";
import type { Pair } from "#certificates";
import type { ProxyLimits } from "../limits.ts";
import { unlistened } from "../server.ts";
import { tlsOptions } from "../tls.ts";
import { readClientHello } from "./client-hello.ts";
import { firstBytes } from "./first-bytes.ts";
import { lookAhead } from "./look-ahead.ts";

/** Where a TURN client's stream came from. */
export interface TurnOrigin {
  readonly client: TransportAddress;
  readonly transport: "tcp" | "tls";
}

export interface TurnFront {
  /** Takes a stream whose first bytes are still in it; it is the taker's to end. */
  readonly onStream: (stream: Duplex, origin: TurnOrigin) => void;
  /** TLS server names that stand for TURN alone, lower case. */
  readonly serverNames?: readonly string[] | undefined;
}

export interface SharedPortOptions {
  readonly web: WebServer;
  readonly pair: Pair;
  readonly joinHosts: readonly string[];
  readonly turn: TurnFront;
  readonly limits: ProxyLimits;
}

/** RFC 7443 4: TURN, and STUN for NAT discovery. A client that offers either wants nothing of the web. */
const STUN_PROTOCOLS = ["stun.turn", "stun.nat-discovery"];

/**
 * One port for web and TURN. Each connection is sorted by its first bytes, those of TLS by their ClientHello, and those
 * whose ClientHello leaves it open by their first bytes inside TLS. Web connections end up in `web`, which does not
 * listen itself and so keeps its parser and time limits.
 */
export class SharedPort {
  readonly listener: Server;
  readonly #scope: Scope;
  readonly #options: SharedPortOptions;
  /** A join host's name says nothing, as the web needs it too. */
  readonly #turnNames: readonly string[];
  readonly #turn: TlsServer;
  readonly #undecided: TlsServer;

  constructor(scope: Scope, options: SharedPortOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#turnNames = (options.turn.serverNames ?? []).filter((name) => !options.joinHosts.includes(name));
    this.#turn = this.#terminator((socket) => this.#toTurn(socket, "tls"));
    this.#undecided = this.#terminator((socket) => this.#sortInsideTls(socket));
    this.listener = createListener({ noDelay: true }, (socket) => this.#sort(socket));
    this.listener.maxConnections = options.limits.connections;
    unlistened(options.web);
    scope.defer(() => void options.web.close());
  }

  get terminators(): readonly TlsServer[] {
    return [this.#options.web, this.#turn, this.#undecided];
  }

  #sort(socket: Socket): void {
    const { web, limits } = this.#options;
    socket.on("error", () => {});
    lookAhead(this.#scope, socket, limits.firstBytesMs, firstBytes, (kind) => {
      if (kind === "stun") this.#toTurn(socket, "tcp");
      else if (kind === "tls") this.#sortByHello(socket);
      // No client has a channel before its first STUN message. Requests of plain HTTP begin with such bytes too.
      else if (kind === "channel-data") socket.destroy();
      // As when the port is the web's alone: not TLS, so it is refused there.
      else web.emit("connection", socket);
    });
  }

  #sortByHello(socket: Socket): void {
    const judge = (bytes: Uint8Array) => this.#terminatorFor(bytes);
    lookAhead(this.#scope, socket, this.#options.limits.handshakeMs, judge, (server) => {
      server.emit("connection", socket);
    });
  }

  #terminatorFor(bytes: Uint8Array): TlsServer | undefined {
    const hello = readClientHello(bytes);
    if (hello === "incomplete") return undefined;
    if (hello === "malformed") return this.#undecided;
    const { serverName, protocols } = hello;
    if (protocols.some((name) => STUN_PROTOCOLS.includes(name))) return this.#turn;
    if (serverName !== undefined && this.#turnNames.includes(serverName)) return this.#turn;
    return protocols.length > 0 ? this.#options.web : this.#undecided;
  }

  #sortInsideTls(socket: TLSSocket): void {
    lookAhead(this.#scope, socket, this.#options.limits.firstBytesMs, firstBytes, (kind) => {
      if (kind === "stun") this.#toTurn(socket, "tls");
      else this.#options.web.emit("secureConnection", socket);
    });
  }

  #toTurn(socket: Socket, transport: TurnOrigin["transport"]): void {
    // TURN tells the client its address, so that of a 6to4 or Teredo client must stay as it is.
    const address = socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "").split("%")[0];
    const port = socket.remotePort;
    // A connection that is already gone has neither.
    if (address === undefined || port === undefined) socket.destroy();
    else this.#options.turn.onStream(socket, { client: { address, port }, transport });
  }

  #terminator(secured: (socket: TLSSocket) => void): TlsServer {
    const { pair, joinHosts, limits } = this.#options;
    const server = createServer(
      tlsOptions({
        pair,
        protocols: [...STUN_PROTOCOLS, "http/1.1"],
        // TURN clients that were given an address may send it as the server name, against RFC 6066 3.
        serves: (name) => joinHosts.includes(name) || this.#turnNames.includes(name) || isIP(name) !== 0,
        handshakeMs: limits.handshakeMs,
      }),
      secured,
    );
    // Node leaves a handshake open that has run out of time.
    server.on("tlsClientError", (_error, socket) => socket.destroy());
    return server;
  }
}
