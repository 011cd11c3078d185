import { createServer, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { Pair } from "#certificates";
import type { ProxyLimits } from "./limits.ts";
import type { Live } from "./live.ts";
import { tlsOptions } from "./tls.ts";

/** How often Node looks for requests over their time, ms. */
const CHECK_MS = 1_000;

/** Strict parser, slow clients end. */
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

/** Ends TLS for the join hosts; other server names get no certificate. It does not listen itself. */
export function webServer(pair: Pair, live: Live): TlsServer {
  return createTlsServer(
    tlsOptions({
      pair,
      // No HTTP/2: its parser is a second one, and each of its flaws (rapid reset, CONTINUATION) one more to watch.
      protocols: ["http/1.1"],
      serves: (name) => live.joinHosts.includes(name),
      handshakeMs: live.limits.handshakeMs,
    }),
  );
}

/** A plain server for connections that it does not accept itself: `emit("connection", stream)` hands it one. */
export function serverOfStreams(limits: ProxyLimits): Server {
  const server = createServer(httpOptions(limits));
  // Node would drop the rest in silence; the passes refuse instead.
  server.maxHeadersCount = 0;
  server.timeout = limits.idleMs;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  // Node starts its watch over slow requests when a server listens, which this one never does.
  server.emit("listening");
  return server;
}
