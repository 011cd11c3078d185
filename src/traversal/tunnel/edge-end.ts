import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import { type Clock, type Log, type Prefix, parsePrefix, type Scope, systemClock, type TransportAddress } from "#base";
import { listen, noTap, type SocketTap } from "#listeners";
import { DEFAULT_443_FROM } from "./config.ts";
import type { Origin, StrangerFailure } from "./edge-connection.ts";
import { EdgeConnections } from "./edge-connections.ts";
import type { EdgeRules } from "./edge-rules.ts";
import type { EdgeStatus } from "./edge-status.ts";
import type { TunnelKey } from "./keys.ts";
import { TUNNEL_LIMITS, type TunnelLimits } from "./limits.ts";
import { Listeners } from "./listeners.ts";

/** What may change while it runs. */
export interface EdgeEndSettings {
  /** For the next connections; those that are up stay. */
  readonly hostKey: TunnelKey;
  /** A core whose key is no longer here is cut at once. */
  readonly authorizedKeys: readonly TunnelKey[];
  /** Lower case. One that is no longer here gets no new channels. */
  readonly joinHosts: readonly string[];
  /** Sources whose tunnels are taken over 443; private networks if left out. */
  readonly over443From?: readonly Prefix[] | undefined;
}

export interface EdgeEndOptions extends EdgeEndSettings {
  readonly listen: TransportAddress;
  readonly log: Log;
  /** True for sources that are shut out for now. */
  readonly blocked?: ((source: string) => boolean) | undefined;
  /** Sees the connections on the wire. */
  readonly tap?: SocketTap;
  readonly limits?: Partial<TunnelLimits>;
  readonly clock?: Clock;
}

/** Where the cores' tunnels end on the edge. It opens no port towards the inside: cores dial it. */
export interface EdgeEnd {
  readonly address: TransportAddress;
  /** A connection to the core for that join host. Rejects with TUNNEL_NO_CONNECTION or TUNNEL_CHANNEL_REFUSED. */
  openChannel(host: string): Promise<Duplex>;
  /** Whether `attach` would take a tunnel from that address. */
  takesOver443(address: string): boolean;
  /** Takes the inside of a TLS connection with ALPN "turnpike-tunnel"; destroys it and returns false if it may not come. */
  attach(stream: Duplex, from: Origin): boolean;
  configure(settings: Partial<EdgeEndSettings>): void;
  status(): EdgeStatus;
  /** Called when something in `status` but numbers has changed. Both return the function that ends it. */
  onChange(listener: () => void): () => void;
  /** Called for each stranger who failed, with its address: at most once for a connection. */
  onFailure(listener: (source: string, what: StrangerFailure) => void): () => void;
}

export async function startEdgeEnd(scope: Scope, options: EdgeEndOptions): Promise<EdgeEnd> {
  const changes = new Listeners<[]>();
  const failures = new Listeners<[string, StrangerFailure]>();
  const rules: EdgeRules = {
    hostKey: options.hostKey,
    authorizedKeys: options.authorizedKeys,
    joinHosts: options.joinHosts,
    over443From: options.over443From ?? DEFAULT_443_FROM.map((text) => parsePrefix(text)!),
    limits: { ...TUNNEL_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    log: options.log,
    changed: () => changes.tell(),
  };
  const { blocked = () => false, tap = noTap } = options;
  const connections = new EdgeConnections(scope, rules, blocked, (source, what) => failures.tell(source, what));
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const { remoteAddress: address = "", remotePort: port = 0 } = socket;
    connections.admit(tap.wrap(socket), { address, port, via: "2222" });
  });
  const address = await listen(scope, server, options.listen);
  scope.defer(() => connections.close());
  return {
    address,
    openChannel: (host) => connections.openChannel(host),
    takesOver443: (source) => connections.takesOver443(source),
    attach: (stream, from) => connections.attach(stream, from),
    configure: (settings) => {
      if (settings.hostKey) rules.hostKey = settings.hostKey;
      if (settings.over443From) rules.over443From = settings.over443From;
      if (settings.joinHosts) rules.joinHosts = settings.joinHosts;
      if (settings.authorizedKeys) rules.authorizedKeys = settings.authorizedKeys;
      connections.review();
      changes.tell();
    },
    status: () => connections.status(),
    onChange: (listener) => changes.add(listener),
    onFailure: (listener) => failures.add(listener),
  };
}
