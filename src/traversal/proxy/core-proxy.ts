import type { Duplex } from "node:stream";
import { AllowListCounters, automaticRules, decide, type RuleCount } from "#allow-list";
import { type Clock, type Log, type Scope, systemClock, type TransportAddress } from "#base";
import { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
import { CORE_PASSES } from "./passes/index.ts";
import { Relay, type WebCounters } from "./relay.ts";
import { serverOfStreams } from "./server.ts";
import type { Trust } from "./targets/reach.ts";
import { type DnsSeam, systemDns } from "./targets/resolve.ts";
import { TARGET_TIMES, type TargetRow, TargetSet, type TargetTimes } from "./targets/target-set.ts";
import { createUpstream } from "./upstream.ts";

export interface JoinHost {
  /** Lower case. */
  readonly host: string;
  readonly target?: TransportAddress | undefined;
  readonly trust: Trust;
}

export interface CoreProxyOptions {
  readonly joinHosts: readonly JoinHost[];
  readonly log: Log;
  readonly limits?: Partial<ProxyLimits>;
  readonly times?: Partial<TargetTimes>;
  readonly dns?: DnsSeam;
  readonly clock?: Clock;
}

export interface CoreProxyStatus {
  readonly web: WebCounters;
  readonly targets: readonly TargetRow[];
  readonly allowList: { readonly rules: readonly RuleCount[]; readonly refused: number };
}

export interface CoreProxy {
  /** Takes a connection that came out of the tunnel for `host`. */
  accept(host: string, channel: Duplex, edge: string): void;
  status(): CoreProxyStatus;
}

/** The edge keeps its channels for later requests; only the edge closes them, so that none is taken just as it closes. */
const CHANNEL_KEEP_ALIVE_MS = 75_000;

/** What an edge sends is treated as the Internet: own parser, own limits, own passes, and the allow list. */
export function startCoreProxy(scope: Scope, options: CoreProxyOptions): CoreProxy {
  const { clock = systemClock, dns = systemDns, log } = options;
  const limits = {
    ...PROXY_LIMITS,
    keepAliveMs: CHANNEL_KEEP_ALIVE_MS,
    requestsPerConnection: 0,
    ...options.limits,
  };
  const times = { ...TARGET_TIMES, ...options.times };
  const rules = options.joinHosts.flatMap(({ host }) => automaticRules(host));
  const counters = new AllowListCounters(rules);
  const sets = options.joinHosts.map(
    ({ host: joinHost, target, trust }) =>
      [joinHost, new TargetSet(scope, { joinHost, target, trust, dns, clock, log, times })] as const,
  );
  const upstreams = sets.map(
    ([host, targets]) => [host, createUpstream(scope, host, () => targets.connect(), limits)] as const,
  );
  const routed = new WeakMap<Duplex, string>();
  const relay = new Relay(scope, {
    passes: CORE_PASSES,
    policy: {
      joinHosts: options.joinHosts.map(({ host }) => host),
      limits,
      decide: (ask) => {
        const decision = decide(ask, rules);
        counters.count(decision);
        return decision;
      },
    },
    unreachable: "CORE_WEB_BRIDGE_UNREACHABLE",
    upstreams: new Map(upstreams),
    origin: (socket) => ({ routedHost: routed.get(socket) }),
    addedHeaders: () => [],
    log,
  });
  const server = serverOfStreams(limits);
  relay.serve(server);
  const open = new Set<Duplex>();
  scope.defer(() => {
    for (const channel of open) channel.destroy();
    server.close();
  });
  return {
    accept: (host, channel) => {
      routed.set(channel, host);
      open.add(channel);
      channel.once("close", () => open.delete(channel));
      channel.on("error", (error) => log.debug("tunnel channel failed", { host, why: error.message }));
      server.emit("connection", channel);
    },
    status: () => ({
      web: relay.counters(),
      targets: sets.flatMap(([, targets]) => targets.rows()),
      allowList: { rules: counters.rows(), refused: counters.refused },
    }),
  };
}
