import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { canonicalAddress, type Log, type Scope, type TransportAddress } from "#base";
import { listen } from "#listeners";
import { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
import type { Header, Passage } from "./passage.ts";
import { TRACE_HEADER } from "./passes/hygiene.ts";
import { EDGE_PASSES } from "./passes/index.ts";
import { startRedirect } from "./redirect.ts";
import { Relay, type WebCounters } from "./relay.ts";
import { SourceCap, tlsServer } from "./server.ts";
import { createUpstream } from "./upstream.ts";

export interface EdgeProxyOptions {
  readonly listen: TransportAddress;
  readonly redirectListen?: TransportAddress | undefined;
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
  /** Lower case. */
  readonly joinHosts: readonly string[];
  /** A connection to the core for that join host. */
  readonly openChannel: (host: string) => Promise<Duplex>;
  readonly log: Log;
  readonly limits?: Partial<ProxyLimits>;
}

export interface EdgeProxy {
  readonly address: TransportAddress;
  readonly redirectAddress: TransportAddress | undefined;
  status(): WebCounters;
}

/** HSTS for one year, as the guide's edge sets it (RFC 6797). */
const HSTS: Header = ["strict-transport-security", "max-age=31536000"];

/** HTTPS for the Internet, answered by the inside through the tunnel. Rejects with Node's error if a port cannot be bound. */
export async function startEdgeProxy(scope: Scope, options: EdgeProxyOptions): Promise<EdgeProxy> {
  const limits = { ...PROXY_LIMITS, ...options.limits };
  const { joinHosts, log } = options;
  const upstreams = joinHosts.map((host) => {
    const connect = () => options.openChannel(host);
    return [host, createUpstream(scope, host, connect, limits)] as const;
  });
  const relay = new Relay(scope, {
    passes: EDGE_PASSES,
    policy: { joinHosts, limits },
    unreachable: "EDGE_TUNNEL_DOWN",
    upstreams: new Map(upstreams),
    origin: (socket) => originOf(socket as TLSSocket),
    addedHeaders,
    log,
  });
  const server = tlsServer({ ...options, serverNames: joinHosts }, limits);
  const cap = new SourceCap(limits.connectionsPerSource);
  server.on("connection", (socket) => cap.admit(socket));
  relay.serve(server);
  const address = await listen(scope, server, options.listen);
  const sockets = new Set<Duplex>();
  server.on("secureConnection", (socket: TLSSocket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  // A WebSocket has left the server's own list of connections.
  scope.defer(() => {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  });
  const redirectAddress = options.redirectListen
    ? await startRedirect(scope, { listen: options.redirectListen, joinHosts, httpsPort: address.port, limits })
    : undefined;
  return { address, redirectAddress, status: () => relay.counters() };
}

function originOf(socket: TLSSocket) {
  // Node types say string, but it is false if the client named no server.
  const name = (socket as { servername?: string | false }).servername;
  return {
    source: canonicalAddress(socket.remoteAddress ?? "") ?? "0.0.0.0",
    routedHost: name ? name.toLowerCase() : undefined,
  };
}

/** No HSTS for a machine's own names, where it would stick to every other program on it. */
function addedHeaders({ host, traceId }: Passage): Header[] {
  const trace: Header[] = traceId === "" ? [] : [[TRACE_HEADER, traceId]];
  return host === "" || host === "localhost" || isIP(host) ? trace : [HSTS, ...trace];
}
