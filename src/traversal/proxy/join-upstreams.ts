import type { Duplex } from "node:stream";
import type { Scope } from "#base";
import type { ProxyLimits } from "./limits.ts";
import { createUpstream, type Upstream } from "./upstream.ts";

/** One upstream for each join host. A host that is taken out ends whatever is open for it; the others go on. */
export class JoinUpstreams {
  readonly #scope: Scope;
  readonly #limits: ProxyLimits;
  readonly #openChannel: (host: string) => Promise<Duplex>;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #scopes = new Map<string, Scope>();

  constructor(scope: Scope, limits: ProxyLimits, openChannel: (host: string) => Promise<Duplex>) {
    this.#scope = scope;
    this.#limits = limits;
    this.#openChannel = openChannel;
  }

  get upstreams(): ReadonlyMap<string, Upstream> {
    return this.#upstreams;
  }

  configure(joinHosts: readonly string[]): void {
    for (const [host, scope] of this.#scopes)
      if (!joinHosts.includes(host)) {
        this.#scopes.delete(host);
        this.#upstreams.delete(host);
        void scope.close({ code: "join-host-removed" });
      }
    for (const host of joinHosts) if (!this.#scopes.has(host)) this.#add(host);
  }

  #add(host: string): void {
    const scope = this.#scope.child();
    const open = new Set<Duplex>();
    const connect = async () => {
      const channel = await this.#openChannel(host);
      open.add(channel);
      channel.once("close", () => open.delete(channel));
      if (scope.closed) channel.destroy();
      return channel;
    };
    scope.defer(() => {
      for (const channel of open) channel.destroy();
    });
    this.#scopes.set(host, scope);
    this.#upstreams.set(host, createUpstream(scope, host, connect, this.#limits));
  }
}
