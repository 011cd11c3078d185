import { formatAddress, type Log, type Scope, type TransportAddress } from "#base";
import { type ConnectionState, CoreConnection, type Traffic } from "./core-connection.ts";
import type { CoreRules } from "./core-rules.ts";
import type { Failure } from "./failure.ts";
import type { TunnelKey } from "./keys.ts";
import { lookUp } from "./look-up.ts";
import { Pause } from "./pause.ts";
import type { Roads } from "./reach.ts";

export interface EdgeToDial {
  /** An IP address, or a name: of one edge, or of a cluster with an address for each. */
  readonly address: TransportAddress;
  /** The public keys that may stand there; a cluster has one for each edge. */
  readonly hostKey: TunnelKey | readonly TunnelKey[];
  /** Where to go when the tunnel port cannot be reached; 443 of the same address if left out. */
  readonly fallback?: TransportAddress | "off" | undefined;
}

/** One row of the tunnel table: an edge, one of its addresses, a join host, one of the connections. */
export type TunnelRow = {
  /** "host:port" of the edge, as configured. */
  readonly target: string;
  /** "address:port" that is dialled; empty while the name has none. */
  readonly address: string;
  readonly domain: string;
  /** 1 to `connectionsPerEdge`. */
  readonly connection: number;
  /** No longer configured: finishes what it carries. */
  readonly draining: boolean;
} & Traffic &
  ConnectionState;

const WEB_PORT = 443;
const NO_TRAFFIC: Traffic = { bytesIn: 0, bytesOut: 0, channels: 0 };

interface Slot {
  readonly address: string;
  readonly number: number;
  readonly connection: CoreConnection;
}

/** One configured edge: follows its name in DNS and keeps the connections to each address. */
export class CoreTarget {
  readonly #edge: EdgeToDial;
  readonly #hostKeys: readonly TunnelKey[];
  readonly #rules: CoreRules;
  readonly #scope: Scope;
  readonly #log: Log;
  readonly #pause = new Pause();
  #addresses: readonly string[] = [];
  #failure: Failure | undefined;
  #since: number;
  #nextLookUpAt: number;
  #slots: readonly Slot[] = [];
  readonly #leaving = new Set<Slot>();

  constructor(owner: Scope, edge: EdgeToDial, rules: CoreRules) {
    this.#edge = edge;
    this.#hostKeys = [edge.hostKey].flat();
    this.#rules = rules;
    this.#log = rules.log.with({ target: formatAddress(edge.address) });
    this.#since = this.#nextLookUpAt = rules.clock.now();
    this.#scope = owner.child();
    void this.#follow();
  }

  rows(): TunnelRow[] {
    const { joinHosts } = this.#rules;
    const target = formatAddress(this.#edge.address);
    if (this.#addresses.length === 0)
      return joinHosts.map((domain) => ({
        ...{ target, address: "", domain, connection: 1, draining: false },
        ...NO_TRAFFIC,
        ...this.#unresolved(),
      }));
    const rowsOf = (slots: Iterable<Slot>, draining: boolean) =>
      [...slots].flatMap(({ address, number, connection }) =>
        joinHosts.map((domain) => ({
          ...{ target, address: this.#at(address), domain, connection: number, draining },
          ...connection.trafficOf(domain),
          ...connection.stateOf(domain),
        })),
      );
    return [...rowsOf(this.#slots, false), ...rowsOf(this.#leaving, true)];
  }

  retryNow(): void {
    this.#pause.wake();
    for (const { connection } of this.#slots) connection.retryNow();
  }
  askNow(): void {
    for (const { connection } of this.#slots) connection.askNow();
  }

  /** Brings the connections in line with the addresses and with `connectionsPerEdge`. */
  resize(): void {
    if (this.#scope.closed) return;
    const numbers = Array.from({ length: this.#rules.connectionsPerEdge }, (_, index) => index + 1);
    const wanted = this.#addresses.flatMap((address) => numbers.map((number) => ({ address, number })));
    const same = (a: Omit<Slot, "connection">) => (b: Omit<Slot, "connection">) =>
      a.address === b.address && a.number === b.number;
    for (const slot of this.#slots) if (!wanted.some(same(slot))) this.#leave(slot);
    this.#slots = wanted.map((one) => this.#slots.find(same(one)) ?? { ...one, connection: this.#dial(one.address) });
    this.#rules.changed();
  }

  /** Resolves when nothing is carried any more. */
  async leave(): Promise<void> {
    const slots = this.#slots;
    this.#slots = [];
    this.#pause.wake();
    await Promise.all([...slots, ...this.#leaving].map((slot) => this.#leave(slot)));
    await this.#scope.close();
  }

  async #leave(slot: Slot): Promise<void> {
    this.#leaving.add(slot);
    await slot.connection.leave();
    this.#leaving.delete(slot);
    this.#rules.changed();
  }

  #dial(address: string): CoreConnection {
    const failed = () => this.#pause.wake();
    const roads = () => this.#roads(address);
    return new CoreConnection(
      this.#scope,
      { name: this.#at(address), hostKeys: this.#hostKeys, roads, failed },
      this.#rules,
    );
  }

  async #roads(address: string): Promise<Roads> {
    const { fallback, address: target } = this.#edge;
    const direct = { address, port: target.port };
    const {
      joinHosts: [serverName],
      tap,
    } = this.#rules;
    if (fallback === "off") return { direct, serverName, tap, fallback: undefined };
    if (!fallback) return { direct, serverName, tap, fallback: { address, port: WEB_PORT } };
    const found = await lookUp(this.#scope, this.#rules.dns(), fallback.address, []);
    return {
      direct,
      serverName,
      tap,
      fallback: { address: found.addresses[0] ?? fallback.address, port: fallback.port },
    };
  }

  /** Looks the name up as often as its TTL says, and after failures. */
  async #follow(): Promise<void> {
    const { clock, limits, dns } = this.#rules;
    while (!this.#scope.closed) {
      const { addresses, ttlMs, failure } = await lookUp(
        this.#scope,
        dns(),
        this.#edge.address.address,
        this.#addresses,
      );
      if (this.#scope.closed) return;
      this.#learn(addresses, failure);
      if (ttlMs === Number.POSITIVE_INFINITY) return;
      const again = failure ? limits.lookUpAgainMs : Math.max(limits.lookUpAgainMs, Math.min(limits.lookUpMs, ttlMs));
      this.#nextLookUpAt = clock.now() + again;
      const askedUs = clock.monotonicUs();
      await this.#pause.wait(this.#scope, again);
      // Woken by one failure after the other it still asks no more often than that.
      await this.#scope
        .sleep(Math.max(0, limits.lookUpAgainMs - (clock.monotonicUs() - askedUs) / 1000))
        .catch(() => {});
    }
  }

  #learn(addresses: readonly string[], failure: Failure | undefined): void {
    const known = this.#addresses;
    if (failure && failure.message !== this.#failure?.message)
      this.#log.warn("name of an edge cannot be looked up", { code: failure.code, why: failure.message });
    this.#failure = failure;
    this.#addresses = [...addresses].sort();
    this.#rules.changed();
    if (this.#addresses.join() === known.join()) return;
    if (known.length > 0)
      this.#log.info("name of an edge has other addresses now", { addresses: this.#addresses.join(", ") });
    this.resize();
  }

  #unresolved(): ConnectionState {
    const [since, lastError] = [this.#since, this.#failure];
    if (!lastError) return { state: "connecting", since, lastError };
    return { state: "failed", since, lastError, nextTryAt: this.#nextLookUpAt };
  }

  #at(address: string): string {
    return formatAddress({ address, port: this.#edge.address.port });
  }
}
