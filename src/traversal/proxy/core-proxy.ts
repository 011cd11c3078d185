import type { Duplex } from "node:stream";
import { AllowList, type AllowListEntry, type AllowListStatus, type Explanation } from "#allow-list";
import { type Clock, type Log, type Scope, systemClock, type TransportAddress } from "#base";
import { type Dns, openDns } from "#dns";
import { JoinHosts } from "./join-hosts.ts";
import { PROXY_LIMITS, type ProxyLimits } from "./limits.ts";
import { CORE_PASSES } from "./passes/index.ts";
import { Relay, type WebCounters } from "./relay.ts";
import { ProbeTraces } from "./targets/probe.ts";
import type { Trust } from "./targets/reach.ts";
import { TARGET_TIMES, type TargetTimes } from "./targets/target.ts";
import type { TargetSetRow } from "./targets/target-set.ts";

export interface JoinHost {
  /** Lower case. */
  readonly host: string;
  /** On unless false. */
  readonly enabled?: boolean;
  readonly target?: TransportAddress | undefined;
  readonly trust: Trust;
  readonly whip?: boolean;
  /** On unless false. */
  readonly automaticRules?: boolean;
}

/** What may change while it runs. */
export interface CoreProxySettings {
  /** Meeting Server Web Proxy, on unless false: off refuses everybody and ends what is open. */
  readonly enabled?: boolean;
  readonly joinHosts: readonly JoinHost[];
  /** The editable rules of the allow list. */
  readonly rules?: readonly AllowListEntry[];
}

export interface CoreProxyOptions extends CoreProxySettings {
  readonly log: Log;
  /** The machine's own name servers if left out. */
  readonly dns?: Dns;
  readonly limits?: Partial<ProxyLimits>;
  readonly times?: Partial<TargetTimes>;
  readonly clock?: Clock;
}

export interface JoinHostRow extends TargetSetRow {
  readonly host: string;
  readonly enabled: boolean;
  readonly whip: boolean;
}

export interface CoreProxyStatus {
  readonly enabled: boolean;
  readonly web: WebCounters;
  readonly joinHosts: readonly JoinHostRow[];
  readonly allowList: AllowListStatus;
}

export interface CoreProxy {
  /** Takes a connection that came out of the tunnel for `host`. */
  accept(host: string, channel: Duplex, edge: string): void;
  /** Counters, states and open connections of what stays are kept; a join host that is gone or off loses its connections. */
  configure(settings: CoreProxySettings): void;
  /** Looks up and probes now, one join host or all. Never rejects: `status` tells what came of it. */
  check(host?: string): Promise<void>;
  /** What the allow list would say. */
  explain(method: string, url: string): Explanation;
  status(): CoreProxyStatus;
  /** Calls the listener when a target or a look-up has changed its state; the returned function ends that. */
  onChange(listener: () => void): () => void;
}

/** The edge keeps its channels for later requests; only the edge closes them, so that none is taken just as it closes. */
const CHANNEL_KEEP_ALIVE_MS = 75_000;

/** What an edge sends is treated as the Internet: own parser, own limits, own passes, and the allow list. */
export function startCoreProxy(scope: Scope, options: CoreProxyOptions): CoreProxy {
  const { clock = systemClock, dns = openDns({ servers: [] }, clock), log } = options;
  const limits = {
    ...PROXY_LIMITS,
    keepAliveMs: CHANNEL_KEEP_ALIVE_MS,
    requestsPerConnection: 0,
    ...options.limits,
  };
  const listeners = new Set<() => void>();
  const onChange = () => {
    for (const listener of [...listeners]) listener();
  };
  const traces = new ProbeTraces();
  const allowList = new AllowList({ clock, log });
  const times = { ...TARGET_TIMES, ...options.times };
  const hosts = new JoinHosts(scope, { dns, clock, log, limits, times, traces, onChange });
  const routed = new WeakMap<Duplex, string>();
  const relay = new Relay(scope, {
    passes: CORE_PASSES,
    policy: {
      joinHosts: hosts.names,
      limits,
      decide: (ask, from) => {
        if (traces.hasReturned(from.traceId)) return { allowed: false, reason: RETURNED, nearest: undefined };
        return allowList.decide(ask, from);
      },
    },
    unreachable: "CORE_WEB_BRIDGE_UNREACHABLE",
    upstreams: hosts.upstreams,
    origin: (socket) => ({ routedHost: routed.get(socket) }),
    addedHeaders: () => [],
    log,
  });
  const configure = (settings: CoreProxySettings) => {
    hosts.configure(settings);
    allowList.configure({ joinHosts: settings.joinHosts, rules: settings.rules ?? [] });
  };
  configure(options);
  return {
    accept: (host, channel) => {
      channel.on("error", (error) => log.debug("tunnel channel failed", { host, why: error.message }));
      if (!hosts.admit(host, channel)) return;
      routed.set(channel, host);
      relay.accept(channel);
    },
    configure,
    check: (host) => hosts.check(host),
    explain: (method, url) => allowList.explain(method, url),
    status: () => ({ ...hosts.status(), web: relay.counters(), allowList: allowList.status() }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const RETURNED = "it is this core's own check of a Web Bridge, which came back through the edge";
