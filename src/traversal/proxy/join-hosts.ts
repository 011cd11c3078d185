import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import type { CoreProxySettings, CoreProxyStatus, JoinHost } from "./core-proxy.ts";
import { fail } from "./errors.ts";
import { balanced } from "./targets/balanced.ts";
import { TargetSet, type TargetSetOptions } from "./targets/target-set.ts";
import type { Upstream } from "./upstream.ts";

interface Served {
  joinHost: JoinHost;
  readonly scope: Scope;
  readonly targets: TargetSet;
  readonly channels: Set<Duplex>;
}

/** The core's join hosts: the targets of each, and the connections that came for it. */
export class JoinHosts {
  readonly #scope: Scope;
  readonly #options: Omit<TargetSetOptions, "joinHost">;
  readonly #served = new Map<string, Served>();
  #enabled = true;
  /** Read anew by each request: they change with the configuration. */
  readonly names: string[] = [];
  readonly upstreams = new Map<string, Upstream>();

  constructor(scope: Scope, options: Omit<TargetSetOptions, "joinHost">) {
    this.#scope = scope;
    this.#options = options;
  }

  configure({ enabled = true, joinHosts }: CoreProxySettings): void {
    this.#enabled = enabled;
    const wanted = new Set(joinHosts.map(({ host }) => host));
    for (const host of this.names.filter((name) => !wanted.has(name))) this.#remove(host);
    for (const joinHost of joinHosts) this.#put(joinHost);
    this.names.splice(0, Number.POSITIVE_INFINITY, ...wanted);
    for (const served of this.#served.values()) if (this.#isOff(served.joinHost)) endAll(served.channels);
  }

  /** False, and the channel is closed, if there is no such join host. */
  admit(host: string, channel: Duplex): boolean {
    const channels = this.#served.get(host)?.channels;
    if (!channels) {
      channel.destroy();
      return false;
    }
    channels.add(channel);
    channel.once("close", () => channels.delete(channel));
    return true;
  }

  async check(host?: string): Promise<void> {
    // Whoever asks has just changed DNS.
    this.#options.dns.flush();
    const asked = host === undefined ? [...this.#served.values()] : [this.#served.get(host)];
    await Promise.all(asked.map((served) => served?.targets.check()));
  }

  status(): Pick<CoreProxyStatus, "enabled" | "joinHosts"> {
    const rows = [...this.#served.values()].map(({ joinHost, targets }) => ({
      host: joinHost.host,
      enabled: joinHost.enabled !== false,
      whip: joinHost.whip === true,
      ...targets.row(),
    }));
    return { enabled: this.#enabled, joinHosts: rows };
  }

  #put(joinHost: JoinHost): void {
    const { host } = joinHost;
    const known = this.#served.get(host);
    if (known) {
      known.joinHost = joinHost;
      known.targets.configure(joinHost);
      return;
    }
    const scope = this.#scope.child();
    const targets = new TargetSet(scope, joinHost, { ...this.#options, joinHost: host });
    const served: Served = { joinHost, scope, targets, channels: new Set() };
    scope.defer(() => endAll(served.channels));
    this.#served.set(host, served);
    this.upstreams.set(
      host,
      balanced(targets, () => {
        if (this.#isOff(served.joinHost)) throw fail("CORE_WEB_BRIDGE_UNREACHABLE", { host, why: this.#off() });
      }),
    );
  }

  #remove(host: string): void {
    void this.#served.get(host)?.scope.close({ code: "removed" });
    this.#served.delete(host);
    this.upstreams.delete(host);
  }

  #isOff({ enabled }: JoinHost): boolean {
    return !this.#enabled || enabled === false;
  }

  #off(): string {
    return this.#enabled ? "this join host is switched off" : "the Meeting Server Web Proxy is switched off";
  }
}

function endAll(channels: ReadonlySet<Duplex>): void {
  for (const channel of channels) channel.destroy();
}
