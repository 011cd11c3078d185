import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { type Clock, type Scope, textOf } from "#base";
import type { Dns } from "#dns";
import type { EdgeServer } from "#media";
import { probeAllocation, shortTermCredentials } from "#turn-client";
import { chooseHost } from "./choose.ts";
import { fail } from "./errors.ts";
import { type Failure, failureOf } from "./failure.ts";
import { Host, type HostResult } from "./host.ts";
import { credentialsOf, ownWay, sameWay, type TurnServer, waysOf } from "./turn-server.ts";

/** Between two checks of a server that works, ms, more or less a fifth. */
const EVERY = 30_000;
/** After the first failed check, ms; doubled each time up to EVERY. */
const FIRST_RETRY = 2000;
/** Checks that others ask for are at least so far apart, ms. */
const SOON = 1000;
/** Addresses of one name that are tried. */
const MAX_ADDRESSES = 4;
/** Of the credentials of one try, ms. */
const CREDENTIALS_LIFE = 600_000;

export interface WatchOptions {
  readonly dns: Dns;
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  /** The media workers hold relays there. */
  readonly inUse: (id: string) => boolean;
  /** Something may be different from before: called after each try. */
  readonly onChange: (watch: Watch) => void;
}

export type Condition =
  | { readonly state: "unknown" }
  | { readonly state: "reachable"; readonly by: Host }
  | { readonly state: "failed"; readonly failure: Failure };

/** Tries one TURN server again and again. Its scope is its own. */
export class Watch {
  hosts: readonly Host[] = [];
  readonly #scope: Scope;
  readonly #options: WatchOptions;
  readonly #found = Promise.withResolvers<void>();
  /** Ends the tries that are under way. */
  #tries: Scope;
  #server: TurnServer;
  #chosen: Host | undefined;
  #edge: EdgeServer | undefined;
  /** Why it has no addresses. */
  #unresolved: Failure | undefined;
  #timer = { cancel: () => {} };
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  #failures = 0;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(scope: Scope, server: TurnServer, options: WatchOptions) {
    this.#scope = scope;
    this.#server = server;
    this.#options = options;
    this.#tries = scope.child();
  }

  /** Resolves when its addresses have been looked for once. */
  get found(): Promise<void> {
    return this.#found.promise;
  }

  get server(): TurnServer {
    return this.#server;
  }

  get condition(): Condition {
    const best = this.hosts.filter(({ reachable }) => reachable).sort((a, b) => a.rttMs - b.rttMs)[0];
    if (best) return { state: "reachable", by: this.#chosen?.reachable ? this.#chosen : best };
    const failure = this.#failure;
    return failure ? { state: "failed", failure } : { state: "unknown" };
  }

  /** Where the media workers' relays go; undefined while it has no address. */
  get chosen(): Host | undefined {
    return this.#chosen;
  }

  /** For the media workers. */
  get edge(): EdgeServer | undefined {
    return this.#edge;
  }

  /**
   * The object has changed. What is known of it goes on counting, unless what a try depends on has changed: then the
   * media workers keep the former edge until the new one has an address.
   */
  update(server: TurnServer): void {
    const before = this.#server;
    this.#server = server;
    if (isDeepStrictEqual(triedAs(server), triedAs(before))) return;
    this.hosts = [];
    this.#chosen = undefined;
    this.#unresolved = undefined;
    void this.#tries.close();
    this.#tries = this.#scope.child();
    void this.check();
  }

  /** Tries it now. Resolves when that is done; never rejects. */
  check(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#queued ??= this.#running.then(() => {
      this.#queued = undefined;
      return this.#start();
    });
    return this.#queued;
  }

  /** Something was heard of it: another try is worth more now. */
  soon(): void {
    if (this.#running) return void this.check();
    this.#timer.cancel();
    const waited = this.#options.clock.now() - this.#endedAt;
    this.#timer = this.#scope.after(Math.max(0, SOON - waited), () => void this.check());
  }

  close(): Promise<void> {
    return this.#scope.close();
  }

  /** Finds its addresses. What was known of those that stay is kept. */
  async #resolve(): Promise<void> {
    const server = this.#server;
    try {
      const addresses = await this.#addresses(server);
      if (server !== this.#server) return;
      this.#unresolved = undefined;
      const ways = waysOf(server);
      this.hosts = addresses.flatMap((address) =>
        ways.map((way) => this.#known(address, way) ?? new Host(address, way)),
      );
    } catch (thrown) {
      // A name server that fails now does not make the addresses wrong that it gave before.
      if (server === this.#server && this.hosts.length === 0) this.#unresolved = failureOf(thrown);
    }
    this.#choose();
    this.#found.resolve();
  }

  #start(): Promise<void> {
    this.#timer.cancel();
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#endedAt = this.#options.clock.now();
      this.#schedule();
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    await this.#resolve();
    const own = ownWay(this.#server);
    const ours = this.hosts.filter(({ way }) => sameWay(way, own));
    const others = this.hosts.filter((host) => !ours.includes(host));
    await Promise.all(ours.map((host) => this.#try(host)));
    // Guests' ways need not be open to the Call Bridge: they are its resort, and a firewall in between would log each try.
    const unreachable = !ours.some(({ reachable }) => reachable) && !ours.some(({ failure }) => isRefusal(failure));
    if (unreachable || others.some((host) => host === this.#chosen))
      await Promise.all(others.map((host) => this.#try(host)));
    else for (const host of others) host.forget();
    // Not before all are known again: what another way was half a minute ago is no reason to take it.
    this.#choose();
  }

  #schedule(): void {
    this.#failures = this.condition.state === "failed" ? this.#failures + 1 : 0;
    const base = this.#failures > 0 ? Math.min(EVERY, FIRST_RETRY * 2 ** (this.#failures - 1)) : EVERY;
    const delay = base * (0.8 + 0.4 * this.#options.random());
    this.#timer.cancel();
    this.#timer = this.#scope.after(delay, () => void this.check());
  }

  async #try(host: Host): Promise<void> {
    const result = await this.#probe(host);
    if (this.#scope.closed || !this.hosts.includes(host)) return;
    host.tried(result, this.#options.clock.now());
    this.#changed();
  }

  async #probe({ address, way }: Host): Promise<HostResult> {
    try {
      const credentials = credentialsOf(this.#server);
      const { rttMs, mapped } = await probeAllocation(this.#tries, {
        server: { address, port: way.port },
        transport: way.transport,
        credentials: () => {
          if (credentials.kind === "static") return credentials;
          const expiresAt = this.#options.clock.now() + CREDENTIALS_LIFE;
          return shortTermCredentials(credentials.sharedSecret, "bridge", "probe", expiresAt);
        },
      });
      return { reachable: true, rttMs, mapped };
    } catch (thrown) {
      return { reachable: false, failure: failureOf(thrown) };
    }
  }

  /** IPv4 first: the relays of media are IPv4, and so is an edge that listens on 0.0.0.0. */
  async #addresses({ id, serverAddress }: TurnServer): Promise<readonly string[]> {
    if (serverAddress === "") throw fail("TURN_SERVER_NO_ADDRESS", { id });
    try {
      const found = [...(await this.#options.dns.addresses(serverAddress))];
      return found.sort((a, b) => isIP(a) - isIP(b)).slice(0, MAX_ADDRESSES);
    } catch (thrown) {
      throw fail("TURN_SERVER_NAME_UNKNOWN", { server: serverAddress, why: textOf(thrown) }, thrown);
    }
  }

  #known(address: string, way: Host["way"]): Host | undefined {
    return this.hosts.find((host) => host.address === address && sameWay(host.way, way));
  }

  /** Refused credentials say more than a port that does not answer, and our own way more than one of guests. */
  get #failure(): Failure | undefined {
    if (this.#unresolved) return this.#unresolved;
    const failures = this.hosts.flatMap(({ failure }) => failure ?? []);
    const refusal = failures.find(isRefusal);
    if (refusal || this.hosts.some(({ result }) => result === undefined)) return refusal;
    return failures[0];
  }

  #choose(): void {
    const { id } = this.#server;
    this.#chosen = chooseHost(this.hosts, ownWay(this.#server), this.#chosen, this.#options.inUse(id));
    this.#edge = this.#chosen && edgeOf(this.#server, this.#chosen);
    this.#changed();
  }

  #changed(): void {
    if (!this.#scope.closed) this.#options.onChange(this);
  }
}

/** Wrong credentials are wrong on every way. */
function isRefusal(failure: Failure | undefined): boolean {
  return failure?.reason === "authenticationFailure";
}

function edgeOf({ id, credentials }: TurnServer, { address, way }: Host): EdgeServer | undefined {
  if (credentials.kind === "none") return undefined;
  return { id, serverAddress: address, port: way.port, transport: way.transport, credentials };
}

/** What a try depends on. */
function triedAs(server: TurnServer) {
  const { serverAddress, credentials } = server;
  return { serverAddress, credentials, ways: waysOf(server) };
}
