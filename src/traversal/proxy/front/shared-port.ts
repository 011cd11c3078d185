import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { canonicalAddress, inPrefixes, type Prefix, type Scope, type TransportAddress } from "#base";
import type { Pair } from "#certificates";
import type { Live } from "../live.ts";
import { tlsOptions } from "../tls.ts";
import { refuseName } from "./alert.ts";
import { type ClientHello, readClientHello } from "./client-hello.ts";
import type { Connection } from "./connection.ts";
import type { Door } from "./door.ts";
import { firstBytes } from "./first-bytes.ts";
import { lookAhead } from "./look-ahead.ts";
import { tlsFailure } from "./tls-failure.ts";

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

export interface TunnelFront {
  /** Takes what a core sends inside TLS, which is SSH; it is the taker's to end. */
  readonly onStream: (stream: Duplex, from: TransportAddress) => void;
  /** Sources that are offered it; for others this port knows nothing of tunnels. */
  readonly from: readonly Prefix[];
}

export interface SharedPortOptions {
  readonly web: TlsServer;
  readonly pair: Pair;
  readonly live: Live;
  readonly door: Door;
  readonly turn?: TurnFront | undefined;
  readonly tunnel?: TunnelFront | undefined;
}

/** RFC 7443 4: TURN, and STUN for NAT discovery. A client that offers either wants nothing of the web. */
const STUN_PROTOCOLS = ["stun.turn", "stun.nat-discovery"];
/** Ours: a core whose way to the tunnel's own port is blocked. */
export const TUNNEL_PROTOCOL = "turnpike-tunnel";

/**
 * One port for web, TURN and, where its own port is blocked, the tunnel. Each connection is sorted by its first bytes, those of
 * TLS by their ClientHello, and those whose ClientHello leaves it open by their first bytes inside TLS. Web connections end up
 * in `web`, which does not listen itself and so keeps its parser and time limits.
 */
export class SharedPort {
  readonly terminators: readonly TlsServer[];
  readonly #scope: Scope;
  readonly #options: SharedPortOptions;
  readonly #turn: TlsServer;
  readonly #undecided: TlsServer;
  readonly #tunnel: TlsServer;

  constructor(scope: Scope, options: SharedPortOptions) {
    const { web, door, tunnel } = options;
    this.#scope = scope;
    this.#options = options;
    const serves = (name: string) => this.#knows(name);
    this.#turn = this.#terminator([...STUN_PROTOCOLS, "http/1.1"], serves, (socket) =>
      this.#toTurn(door.of(socket), socket, "tls"),
    );
    this.#undecided = this.#terminator(["http/1.1"], serves, (socket) => this.#sortInsideTls(socket));
    // A core pins the key that the edge's SSH has inside, and may dial by any name or none.
    this.#tunnel = this.#terminator(
      [TUNNEL_PROTOCOL],
      () => true,
      (socket) => {
        const connection = door.of(socket);
        if (!connection || !tunnel) return void socket.destroy();
        connection.isTunnel = true;
        tunnel.onStream(socket, connection.source);
      },
    );
    this.terminators = [web, this.#turn, this.#undecided, this.#tunnel];
    for (const server of this.terminators) this.#watch(server);
    scope.defer(() => void web.close());
  }

  take(connection: Connection): void {
    const { limits } = this.#options.live;
    const { socket } = connection;
    const slow = () => connection.failed("slow");
    // A ClientHello mostly comes in one piece: then one look is enough.
    const judge = (bytes: Uint8Array) => {
      const kind = firstBytes(bytes);
      return kind === "tls" ? readClientHello(bytes) : kind;
    };
    lookAhead(
      this.#scope,
      socket,
      limits.firstBytesMs,
      judge,
      (kind) => {
        if (kind === "incomplete") this.#takeTls(connection);
        else if (typeof kind === "object" || kind === "malformed") this.#takeHello(connection, kind);
        else if (kind === "stun" && this.#options.turn) this.#toTurn(connection, socket, "tcp");
        // ChannelData among them: no client has a channel before its first STUN message.
        else this.#refuse(connection);
      },
      slow,
    );
  }

  #takeTls(connection: Connection): void {
    const { socket } = connection;
    const slow = () => connection.failed("slow");
    const judge = (bytes: Uint8Array) => {
      const hello = readClientHello(bytes);
      return hello === "incomplete" ? undefined : hello;
    };
    lookAhead(
      this.#scope,
      socket,
      this.#options.live.limits.handshakeMs,
      judge,
      (hello) => this.#takeHello(connection, hello),
      slow,
    );
  }

  #takeHello(connection: Connection, hello: ClientHello | "malformed"): void {
    if (hello === "malformed") {
      this.#refuse(connection);
      return;
    }
    const server = this.#terminatorFor(hello, connection);
    if (server === "unknown-host") {
      connection.failed("unknown-host");
      refuseName(connection.socket);
    } else if (connection.beginHandshake()) server.emit("connection", connection.socket);
  }

  #terminatorFor({ serverName, protocols }: ClientHello, { source }: Connection): TlsServer | "unknown-host" {
    const { web, live, turn, tunnel } = this.#options;
    if (tunnel && protocols.includes(TUNNEL_PROTOCOL) && isFrom(source, live.tunnelFrom)) return this.#tunnel;
    const known = serverName === undefined || this.#knows(serverName);
    if (!known) return "unknown-host";
    if (turn && protocols.some((name) => STUN_PROTOCOLS.includes(name))) return this.#turn;
    if (turn && serverName !== undefined && this.#isTurnName(serverName)) return this.#turn;
    if (turn && protocols.length === 0) return this.#undecided;
    // No name is an address of ours, which is a join host or nobody's.
    const nameless = serverName === undefined || isIP(serverName) !== 0;
    return nameless && !live.joinHosts.some((host) => isIP(host) !== 0) ? "unknown-host" : web;
  }

  /** TURN clients that were given an address may send it as the server name, against RFC 6066 3. */
  #knows(name: string): boolean {
    return this.#options.live.joinHosts.includes(name) || this.#isTurnName(name) || isIP(name) !== 0;
  }

  /** A join host's name says nothing, as the web needs it too. */
  #isTurnName(name: string): boolean {
    const { turnNames, joinHosts } = this.#options.live;
    return turnNames.includes(name) && !joinHosts.includes(name);
  }

  #sortInsideTls(socket: TLSSocket): void {
    const { live, door, web } = this.#options;
    lookAhead(this.#scope, socket, live.limits.firstBytesMs, firstBytes, (kind) => {
      if (kind === "stun") this.#toTurn(door.of(socket), socket, "tls");
      else web.emit("secureConnection", socket);
    });
  }

  #toTurn(connection: Connection | undefined, stream: Socket, transport: TurnOrigin["transport"]): void {
    if (connection) this.#options.turn!.onStream(stream, { client: connection.source, transport });
    else stream.destroy();
  }

  #refuse(connection: Connection): void {
    connection.failed("tls-malformed");
    connection.socket.destroy();
  }

  #terminator(
    protocols: readonly string[],
    serves: (name: string) => boolean,
    secured: (socket: TLSSocket) => void,
  ): TlsServer {
    const { pair, live } = this.#options;
    return createServer(tlsOptions({ pair, protocols, serves, handshakeMs: live.limits.handshakeMs }), secured);
  }

  #watch(server: TlsServer): void {
    const { door } = this.#options;
    server.prependListener("secureConnection", (socket: TLSSocket) => door.of(socket)?.secured());
    server.on("tlsClientError", (error, socket) => {
      door.of(socket)?.failed(tlsFailure(error));
      // Node leaves a handshake open that has run out of time.
      socket.destroy();
    });
  }
}

function isFrom({ address }: TransportAddress, prefixes: readonly Prefix[]): boolean {
  const canonical = canonicalAddress(address);
  return canonical !== undefined && inPrefixes(canonical, prefixes);
}
