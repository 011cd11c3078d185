import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { type Clock, formatAddress, type Log, type Scope, systemClock } from "#base";
import { type Dns, openDns } from "#dns";
import { noTap, type SocketTap } from "#listeners";
import type { CoreRules } from "./core-rules.ts";
import { CoreTarget, type EdgeToDial, type TunnelRow } from "./core-target.ts";
import type { TunnelKey } from "./keys.ts";
import { FORWARD_PORT, TUNNEL_LIMITS, type TunnelLimits } from "./limits.ts";
import { Listeners } from "./listeners.ts";

/** What may change while it runs. */
export interface CoreEndSettings {
  readonly edges: readonly EdgeToDial[];
  /** Taken for the next connections; those that are up stay. */
  readonly identity: TunnelKey;
  /** Lower case. */
  readonly joinHosts: readonly string[];
  /** At least two are the norm. */
  readonly connectionsPerEdge: number;
}

export interface CoreEndOptions extends CoreEndSettings {
  /** Takes what an edge sends for a join host: treat it as the Internet. */
  readonly onChannel: (host: string, channel: Duplex, edge: string) => void;
  readonly log: Log;
  /** The role's resolver; the machine's own one if left out. */
  readonly dns?: Dns | undefined;
  /** Sees the connections on the wire. */
  readonly tap?: SocketTap;
  readonly forwardPort?: number;
  readonly username?: string;
  readonly limits?: Partial<TunnelLimits>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface CoreEnd {
  status(): TunnelRow[];
  /** Dials the failed ones at once. */
  retryNow(): void;
  /** Takes over what is given; what stays the same stays up, what is gone finishes what it carries. */
  configure(settings: Partial<CoreEndSettings>): void;
  /** Called when a state in the table has changed. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
}

/** Dials every edge and keeps the tunnels up until `scope` closes. A failure is never final: it shows in `status`. */
export function startCoreEnd(scope: Scope, options: CoreEndOptions): CoreEnd {
  const changes = new Listeners<[]>();
  const clock = options.clock ?? systemClock;
  let dns = options.dns;
  const rules: CoreRules = {
    identity: options.identity,
    joinHosts: options.joinHosts,
    connectionsPerEdge: options.connectionsPerEdge,
    username: options.username ?? "turnpike",
    forwardPort: options.forwardPort ?? FORWARD_PORT,
    onChannel: options.onChannel,
    instance: randomBytes(8).toString("hex"),
    limits: { ...TUNNEL_LIMITS, ...options.limits },
    clock,
    random: options.random ?? Math.random,
    dns: () => (dns ??= openDns({ servers: [] }, clock)),
    tap: options.tap ?? noTap,
    log: options.log,
    changed: () => changes.tell(),
  };
  const targets = new Targets(scope, rules);
  targets.set(options.edges);
  return {
    status: () => targets.rows(),
    retryNow: () => targets.each((target) => target.retryNow()),
    configure: ({ edges, identity, joinHosts, connectionsPerEdge }) => {
      if (identity) rules.identity = identity;
      if (joinHosts) rules.joinHosts = joinHosts;
      if (connectionsPerEdge) rules.connectionsPerEdge = connectionsPerEdge;
      if (edges) targets.set(edges);
      targets.each((target) => {
        if (joinHosts) target.askNow();
        if (connectionsPerEdge) target.resize();
      });
      changes.tell();
    },
    onChange: (listener) => changes.add(listener),
  };
}

class Targets {
  readonly #scope: Scope;
  readonly #rules: CoreRules;
  #wanted = new Map<string, CoreTarget>();
  readonly #leaving = new Set<CoreTarget>();

  constructor(scope: Scope, rules: CoreRules) {
    this.#scope = scope;
    this.#rules = rules;
  }

  set(edges: readonly EdgeToDial[]): void {
    if (this.#scope.closed) return;
    const known = this.#wanted;
    this.#wanted = new Map();
    for (const edge of edges) {
      const key = keyOf(edge);
      const target = this.#wanted.get(key) ?? known.get(key) ?? new CoreTarget(this.#scope, edge, this.#rules);
      this.#wanted.set(key, target);
      known.delete(key);
    }
    for (const target of known.values()) void this.#leave(target);
  }
  each(run: (target: CoreTarget) => void): void {
    for (const target of this.#wanted.values()) run(target);
  }
  rows(): TunnelRow[] {
    return [...this.#wanted.values(), ...this.#leaving].flatMap((target) => target.rows());
  }

  async #leave(target: CoreTarget): Promise<void> {
    this.#leaving.add(target);
    await target.leave();
    this.#leaving.delete(target);
    this.#rules.changed();
  }
}

/** Another key or another fallback is another edge. */
function keyOf({ address, hostKey, fallback }: EdgeToDial): string {
  const keys = [hostKey].flat().map(({ fingerprint }) => fingerprint);
  return JSON.stringify([formatAddress(address), fallback ?? "", ...keys.sort()]);
}
