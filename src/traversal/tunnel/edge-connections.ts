import type { Duplex } from "node:stream";
import ssh2 from "ssh2";
import { canonicalAddress, inPrefixes, type Scope } from "#base";
import { ALGORITHMS } from "./algorithms.ts";
import { EdgeConnection, type Origin, type StrangerFailure } from "./edge-connection.ts";
import type { EdgeRules } from "./edge-rules.ts";
import { type EdgeStatus, rowOf, type SharedIdentity } from "./edge-status.ts";
import { fail } from "./errors.ts";
import { SOFTWARE } from "./identification.ts";
import { sameKey } from "./keys.ts";
import { sharings } from "./shared-identities.ts";

/** ssh2's own probes are off (ms, the longest that a timer takes): ours also measure. */
const NEVER_MS = 2 ** 31 - 1;

/** The SSH connections of an edge: who may come, who carries what. */
export class EdgeConnections {
  readonly #rules: EdgeRules;
  readonly #blocked: (source: string) => boolean;
  readonly #failed: (source: string, what: StrangerFailure) => void;
  readonly #live = new Set<EdgeConnection>();
  #shared: readonly SharedIdentity[] = [];
  #turn = 0;

  constructor(
    scope: Scope,
    rules: EdgeRules,
    blocked: (source: string) => boolean,
    failed: (source: string, what: StrangerFailure) => void,
  ) {
    this.#rules = rules;
    this.#blocked = blocked;
    this.#failed = failed;
    scope.every(rules.limits.probeMs, () => this.#compareIdentities());
  }

  takesOver443(address: string): boolean {
    const source = canonicalAddress(address);
    return source !== undefined && inPrefixes(source, this.#rules.over443From);
  }

  attach(stream: Duplex, from: Origin): boolean {
    if (this.takesOver443(from.address)) return this.admit(stream, from);
    this.#rules.log.warn("tunnel over 443 refused: not from `tunnel.over443.from`", { peer: from.address });
    stream.destroy();
    return false;
  }

  admit(stream: Duplex, given: Origin): boolean {
    const address = canonicalAddress(given.address);
    if (address === undefined || this.#blocked(address) || !this.#room(address)) {
      stream.destroy();
      return false;
    }
    const connection = new EdgeConnection(stream, { ...given, address }, this.#rules);
    this.#live.add(connection);
    connection.scope.defer(() => this.#gone(connection));
    this.#serverFor(connection).injectSocket(stream as never);
    return true;
  }

  /** One for each connection: it takes the newest host key, and what it greets is that connection. */
  #serverFor(connection: EdgeConnection): ssh2.Server {
    const config = {
      // A parsed key is taken as it is; the types know only texts.
      hostKeys: [{ key: this.#rules.hostKey.key as unknown as string }] as ssh2.ServerConfig["hostKeys"],
      algorithms: ALGORITHMS,
      ident: SOFTWARE,
      // ssh2 reads it, but its types lack it.
      keepaliveInterval: NEVER_MS,
    };
    const server = new ssh2.Server(config);
    server.on("connection", (client, info) => connection.greet(client, info));
    return server;
  }

  #gone(connection: EdgeConnection): void {
    this.#live.delete(connection);
    if (connection.failure) this.#failed(connection.from.address, connection.failure);
    if (connection.authenticated) this.#rules.changed();
  }

  /** Takes the connections for `host` in turn, those that may be dead last; one that does not answer is passed over. */
  async openChannel(host: string): Promise<Duplex> {
    let refusal: unknown;
    for (const connection of this.#inTurn(host))
      try {
        return await connection.openChannel(host);
      } catch (error) {
        refusal = error;
      }
    throw refusal ?? fail("TUNNEL_NO_CONNECTION", { host });
  }

  #inTurn(host: string): EdgeConnection[] {
    const carrying = [...this.#live].filter((connection) => connection.carries(host));
    const turn = this.#turn++ % Math.max(1, carrying.length);
    const turned = [...carrying.slice(turn), ...carrying.slice(0, turn)];
    return [...turned.filter(({ vitals }) => vitals.fresh), ...turned.filter(({ vitals }) => !vitals.fresh)];
  }

  /** Cuts those whose key is no longer listed. */
  review(): void {
    const { authorizedKeys } = this.#rules;
    for (const connection of [...this.#live])
      if (connection.key && !authorizedKeys.some(({ blob }) => sameKey(blob, connection.key!.blob)))
        connection.cut("this key is no longer authorized on the edge");
  }

  status(): EdgeStatus {
    const { joinHosts } = this.#rules;
    const connections = this.#known().map((connection) => rowOf(connection, joinHosts));
    const domains = joinHosts.map((domain) => ({
      domain,
      connections: connections.filter(({ domains }) => domains.includes(domain)),
    }));
    return { domains, connections, sharedIdentities: this.#shared };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#live].map((connection) => connection.scope.close()));
  }

  #known(): EdgeConnection[] {
    return [...this.#live].filter((connection) => connection.authenticated && !connection.scope.closed);
  }

  #compareIdentities(): void {
    const { clock, limits, log } = this.#rules;
    const presences = this.#known().map(({ key, who, peer, vitals }) => ({
      ...{ fingerprint: key!.fingerprint, who, peer },
      ...{ sinceUs: vitals.sinceUs, heardUs: vitals.heardAt },
    }));
    const before = this.#shared;
    this.#shared = sharings(presences, limits.probeMs * 1000).map((found) => {
      const known = before.find(({ fingerprint }) => fingerprint === found.fingerprint);
      if (!known) log.warn("two cores use one key", { fingerprint: found.fingerprint, peers: found.peers.join(", ") });
      return { ...found, since: known?.since ?? clock.now() };
    });
    if (JSON.stringify(this.#shared) !== JSON.stringify(before)) this.#rules.changed();
  }

  /** As sshd's MaxStartups and PerSourceMaxStartups: strangers cannot use up the places of the cores. */
  #room(address: string): boolean {
    const pending = [...this.#live].filter((connection) => !connection.authenticated);
    const { limits } = this.#rules;
    return (
      this.#live.size < limits.connections &&
      pending.length < limits.pending &&
      pending.filter(({ from }) => from.address === address).length < limits.pendingPerSource
    );
  }
}
