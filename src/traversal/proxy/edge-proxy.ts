import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { canonicalAddress, type Log, type Scope, type TransportAddress } from "#base";
import type { Pair } from "#certificates";
import { listen } from "#listeners";
import { SharedPort, type TurnFront } from "./front/shared-port.ts";
import { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
import type { Header, Passage } from "./passage.ts";
import { TRACE_HEADER } from "./passes/hygiene.ts";
import { EDGE_PASSES } from "./passes/index.ts";
import { startRedirect } from "./redirect.ts";
import { Relay, type WebCounters } from "./relay.ts";
import { SourceCap, webServer } from "./server.ts";
import { replaceCertificate } from "./tls.ts";
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
  /** TURN over TCP and TLS on the same port; without it the port is the web's alone. */
  readonly turn?: TurnFront | undefined;
  readonly log: Log;
  readonly limits?: Partial<ProxyLimits>;
}

export interface EdgeProxy {
  readonly address: TransportAddress;
  readonly redirectAddress: TransportAddress | undefined;
  status(): WebCounters;
  /** For handshakes from now on; running connections live on. Throws, and keeps the old one, if the pair is unusable. */
  setCertificate(pair: Pair): void;
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
  const { listener, terminators } = openPort(scope, relay, options, limits);
  const cap = new SourceCap(limits.connectionsPerSource);
  const sockets = new Set<Socket>();
  listener.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    cap.admit(socket);
  });
  const address = await listen(scope, listener, options.listen);
  scope.defer(() => {
    for (const socket of sockets) socket.destroy();
  });
  const redirectAddress = options.redirectListen
    ? await startRedirect(scope, { listen: options.redirectListen, joinHosts, httpsPort: address.port, limits })
    : undefined;
  return {
    address,
    redirectAddress,
    status: () => relay.counters(),
    setCertificate: (pair) => replaceCertificate(terminators, pair),
  };
}

/** What listens, and all that has the certificate. */
function openPort(scope: Scope, relay: Relay, options: EdgeProxyOptions, limits: ProxyLimits) {
  const { certificate, key, joinHosts, turn } = options;
  const pair = { certificate, key };
  const web = webServer(pair, joinHosts, limits);
  relay.serve(web);
  return turn ? new SharedPort(scope, { web, pair, joinHosts, turn, limits }) : { listener: web, terminators: [web] };
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
