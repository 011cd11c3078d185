import type { Duplex } from "node:stream";
import { type Clock, formatAddress, type Log, type Scope, systemClock, type TransportAddress } from "#base";
import { type ConnectionState, CoreConnection, type CoreRules } from "./core-connection.ts";
import type { TunnelKey } from "./keys.ts";
import { FORWARD_PORT, TUNNEL_LIMITS, type TunnelLimits } from "./limits.ts";

export interface EdgeToDial {
  readonly address: TransportAddress;
  readonly hostKey: TunnelKey;
}

export interface CoreEndOptions {
  readonly edges: readonly EdgeToDial[];
  readonly identity: TunnelKey;
  /** Lower case. */
  readonly joinHosts: readonly string[];
  readonly connectionsPerEdge: number;
  /** Takes what an edge sends for a join host: treat it as the Internet. */
  readonly onChannel: (host: string, channel: Duplex, edge: string) => void;
  readonly log: Log;
  readonly forwardPort?: number;
  readonly username?: string;
  readonly limits?: Partial<TunnelLimits>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** One row of the tunnel table: an edge, a join host, one of the connections. */
export type TunnelRow = {
  /** "host:port" of the edge, as configured. */
  readonly target: string;
  readonly domain: string;
  /** 1 to `connectionsPerEdge`. */
  readonly connection: number;
} & ConnectionState;

export interface CoreEnd {
  status(): TunnelRow[];
  /** Dials the failed ones at once. */
  retryNow(): void;
}

/** Dials every edge and keeps the tunnels up until `scope` closes. A failure is never final: it shows in `status`. */
export function startCoreEnd(scope: Scope, options: CoreEndOptions): CoreEnd {
  const rules: CoreRules = {
    ...options,
    forwardPort: options.forwardPort ?? FORWARD_PORT,
    username: options.username ?? "turnpike",
    limits: { ...TUNNEL_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
  const rows = options.edges.flatMap(({ address, hostKey }) =>
    Array.from({ length: options.connectionsPerEdge }, (_, index) => ({
      target: formatAddress(address),
      number: index + 1,
      connection: new CoreConnection(address, hostKey, rules),
    })),
  );
  const runs = rows.map(({ connection }) => connection.run(scope));
  scope.defer(async () => void (await Promise.all(runs)));
  return {
    status: () =>
      rows.flatMap(({ target, number, connection }) =>
        options.joinHosts.map((domain) => ({ target, domain, connection: number, ...stateOf(connection, domain) })),
      ),
    retryNow: () => {
      for (const { connection } of rows) connection.retryNow();
    },
  };
}

/** A join host that the edge refuses has failed although the connection is up. */
function stateOf(connection: CoreConnection, domain: string): ConnectionState {
  const { state } = connection;
  const refusal = connection.refusalOf(domain);
  if (state.state !== "active" || !refusal) return state;
  return { state: "failed", since: state.since, lastError: refusal, nextTryAt: Number.POSITIVE_INFINITY };
}
