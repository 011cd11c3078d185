import { createServer, isIP } from "node:net";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Log, Prefix, Scope, TransportAddress } from "#base";
import type { Pair } from "#certificates";
import { listen, noTap, type SocketTap } from "#listeners";
import { certificateNames } from "./certificate-names.ts";
import { Door } from "./front/door.ts";
import { refusalFailure } from "./front/http-failure.ts";
import { SharedPort, type TunnelFront, type TurnFront } from "./front/shared-port.ts";
import { JoinUpstreams } from "./join-upstreams.ts";
import { PROXY_LIMITS, type ProxyLimits, sourceLimitsOf } from "./limits.ts";
import type { Live } from "./live.ts";
import { Origins } from "./origin.ts";
import type { Header, Passage } from "./passage.ts";
import { TRACE_HEADER } from "./passes/hygiene.ts";
import { EDGE_PASSES } from "./passes/index.ts";
import { Protection } from "./protection/protection.ts";
import { startRedirect } from "./redirect.ts";
import { Relay, type WebCounters } from "./relay.ts";
import { webServer } from "./server.ts";
import { replaceCertificate } from "./tls.ts";

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
  /** TURN over TCP and TLS on the same port. */
  readonly turn?: TurnFront | undefined;
  /** Cores whose way to the tunnel's own port is blocked. */
  readonly tunnel?: TunnelFront | undefined;
  /** TCP balancers, whose connections must begin with a PROXY header, v1 or v2. */
  readonly balancers?: readonly Prefix[];
  /** The role's, if other listeners share it; its limits are set by `limits`. Without it the proxy has its own. */
  readonly protection?: Protection;
  /** The answer to a challenge that the edge itself asked an ACME server for. */
  readonly acme?: (token: string) => string | undefined;
  /** Sees the connections on the wire. */
  readonly tap?: SocketTap;
  readonly log: Log;
  readonly limits?: Partial<ProxyLimits>;
}

/** What may change while the proxy runs; what is left out stays as it is. */
export interface EdgeProxyChange {
  readonly joinHosts?: readonly string[];
  readonly limits?: Partial<ProxyLimits>;
  readonly balancers?: readonly Prefix[];
  readonly turnNames?: readonly string[];
  readonly tunnelFrom?: readonly Prefix[];
}

export interface EdgeProxy {
  readonly address: TransportAddress;
  readonly redirectAddress: TransportAddress | undefined;
  readonly protection: Protection;
  status(): EdgeWebStatus;
  /** Ends what sources have open that are blocked now, but for tunnels. Says how many connections, by source. */
  endBlocked(): ReadonlyMap<string, number>;
  /** For handshakes from now on; running connections live on. Throws, and keeps the old one, if the pair is unusable. */
  setCertificate(pair: Pair): void;
  /** For connections and requests from now on. What is open for a join host that is no longer listed ends. */
  configure(change: EdgeProxyChange): void;
}

export interface EdgeWebStatus extends WebCounters {
  readonly connections: number;
  /** Connections of listed balancers without a valid PROXY header. */
  readonly badProxyHeaders: number;
}

/** HSTS for one year, as the guide's edge sets it (RFC 6797). */
const HSTS: Header = ["strict-transport-security", "max-age=31536000"];
/** How often blocks whose time is over are looked for, ms. */
const EXPIRE_MS = 1_000;

/** HTTPS for the Internet, answered by the inside through the tunnel. Rejects with Node's error if a port cannot be bound. */
export async function startEdgeProxy(scope: Scope, options: EdgeProxyOptions): Promise<EdgeProxy> {
  const { log, protection = new Protection({ log }), redirectListen, acme, turn, tunnel, tap = noTap } = options;
  const live = liveOf(options, protection);
  let pair: Pair = { certificate: options.certificate, key: options.key };
  const upstreams = new JoinUpstreams(scope, live.limits, options.openChannel);
  const door = new Door(scope, { live, protection, log });
  const web = webServer(pair, live);
  const origins = new Origins(web, door);
  const relay = new Relay(scope, {
    passes: EDGE_PASSES,
    policy: live,
    unreachable: "EDGE_TUNNEL_DOWN",
    upstreams: upstreams.upstreams,
    origin: (socket) => origins.of(socket),
    addedHeaders,
    misbehaved: (stream, how) => door.of(stream as TLSSocket)?.failed(how),
    log,
  });
  web.on("secureConnection", (socket) => relay.accept(socket));
  const port = new SharedPort(scope, { web, pair, live, door, turn, tunnel });
  const listener = createServer({ noDelay: true }, (socket) =>
    door.take(tap.wrap(socket), (connection) => port.take(connection)),
  );
  const takeOver = () => {
    protection.configure({ limits: sourceLimitsOf(live.limits) });
    listener.maxConnections = live.limits.connections;
    upstreams.configure(live.joinHosts);
    live.unnamed = unnamedBy(pair, live.joinHosts);
  };
  takeOver();
  scope.every(EXPIRE_MS, () => protection.expire());
  const address = await listen(scope, listener, options.listen);
  const redirect = { listen: redirectListen!, httpsPort: address.port, live, door, acme, tap };
  const redirectAddress = redirectListen ? await startRedirect(scope, redirect) : undefined;
  scope.defer(() => door.close());
  return {
    address,
    redirectAddress,
    protection,
    status: () => ({ ...relay.counters(), connections: door.connections, badProxyHeaders: door.badHeaders }),
    endBlocked: () => door.endBlocked(),
    configure: (change) => {
      const { limits, ...rest } = change;
      Object.assign(live, rest, { limits: { ...live.limits, ...limits } });
      takeOver();
    },
    setCertificate: (next) => {
      replaceCertificate(port.terminators, next);
      pair = next;
      live.unnamed = unnamedBy(pair, live.joinHosts);
    },
  };
}

function liveOf(options: EdgeProxyOptions, protection: Protection): Live {
  return {
    joinHosts: options.joinHosts,
    limits: { ...PROXY_LIMITS, ...options.limits },
    balancers: options.balancers ?? [],
    turnNames: options.turn?.serverNames ?? [],
    tunnelFrom: options.tunnel?.from ?? [],
    unnamed: new Set(),
    rate: (source) => protection.request(source),
    refused: (code, source) => {
      const failure = refusalFailure(code);
      if (failure) protection.fail(source, failure);
    },
  };
}

function unnamedBy(pair: Pair, joinHosts: readonly string[]): ReadonlySet<string> {
  const hosts = certificateNames(pair, joinHosts).filter(({ named }) => !named);
  return new Set(hosts.map(({ host }) => host));
}

/** No HSTS for a machine's own names, where it would stick to every other program on it. */
function addedHeaders({ host, traceId }: Passage): Header[] {
  const trace: Header[] = traceId === "" ? [] : [[TRACE_HEADER, traceId]];
  return host === "" || host === "localhost" || isIP(host) ? trace : [HSTS, ...trace];
}
