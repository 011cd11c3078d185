import { createServer, type Server, type ServerOptions } from "node:http";
import { createServer as createWebServer, type Server as WebServer } from "node:https";
import type { Socket } from "node:net";
import { sourceNetwork } from "#base";
import type { Pair } from "#certificates";
import type { ProxyLimits } from "./limits.ts";
import { tlsOptions } from "./tls.ts";

/** How often Node looks for requests over their time, ms. */
const CHECK_MS = 1_000;

/** The HTTP side that both proxies have: strict parser, slow clients end. */
function httpOptions(limits: ProxyLimits): ServerOptions {
  return {
    insecureHTTPParser: false,
    requireHostHeader: true,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs),
    noDelay: true,
  };
}

/** An HTTP/1.1 server over TLS for the join hosts; other server names get no certificate. */
export function webServer(pair: Pair, joinHosts: readonly string[], limits: ProxyLimits): WebServer {
  const tls = tlsOptions({
    pair,
    // No HTTP/2: its parser is a second one, and each of its flaws (rapid reset, CONTINUATION) one more to watch.
    protocols: ["http/1.1"],
    serves: (name) => joinHosts.includes(name),
    handshakeMs: limits.handshakeMs,
  });
  return limited(createWebServer({ ...httpOptions(limits), ...tls }), limits);
}

export function plainServer(limits: ProxyLimits): Server {
  return limited(createServer(httpOptions(limits)), limits);
}

/** A server for connections that it does not accept itself: `emit("connection", stream)` hands it one. */
export function serverOfStreams(limits: ProxyLimits): Server {
  return unlistened(plainServer(limits));
}

/** Node starts its watch over slow requests when a server listens, which this one never does. */
export function unlistened<S extends Server | WebServer>(server: S): S {
  server.emit("listening");
  return server;
}

function limited<S extends Server | WebServer>(server: S, limits: ProxyLimits): S {
  server.timeout = limits.idleMs;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  // Node would drop the rest in silence; the passes refuse instead.
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  return server;
}

/** Counts open connections by source and closes those above the cap. */
export class SourceCap {
  readonly #open = new Map<string, number>();
  readonly #cap: number;
  constructor(cap: number) {
    this.#cap = cap;
  }

  admit(socket: Socket): void {
    const source = sourceNetwork(socket.remoteAddress ?? "");
    const open = this.#open.get(source) ?? 0;
    if (open >= this.#cap) {
      socket.destroy();
      return;
    }
    this.#open.set(source, open + 1);
    socket.once("close", () => this.#release(source));
  }

  #release(source: string): void {
    const left = this.#open.get(source)! - 1;
    if (left > 0) this.#open.set(source, left);
    else this.#open.delete(source);
  }
}
