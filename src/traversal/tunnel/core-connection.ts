import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { type Clock, formatAddress, type Log, Scope, type TransportAddress, TurnpikeError, textOf } from "#base";
import { backoff } from "./backoff.ts";
import { TunnelChannel } from "./channel.ts";
import { type Dialled, dial } from "./core-dial.ts";
import { fail } from "./errors.ts";
import type { TunnelKey } from "./keys.ts";
import type { TunnelLimits } from "./limits.ts";

export interface CoreRules {
  readonly identity: TunnelKey;
  /** Our edges take the key as identity; an OpenSSH server wants an account. */
  readonly username: string;
  readonly joinHosts: readonly string[];
  /** 443; another one only where a test's sshd really binds it. */
  readonly forwardPort: number;
  /** Takes what an edge sends for a join host: treat it as the Internet. */
  readonly onChannel: (host: string, channel: Duplex, edge: string) => void;
  readonly limits: TunnelLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** `since` and `nextTryAt` are milliseconds since 1970. */
export type ConnectionState =
  | { readonly state: "connecting"; readonly since: number; readonly lastError: Failure | undefined }
  | { readonly state: "active"; readonly since: number; readonly peer: string; readonly rttMs: number | undefined }
  | { readonly state: "failed"; readonly since: number; readonly lastError: Failure; readonly nextTryAt: number };

/** ssh2 grants 2 MB anew until it holds 2 MB itself: more than both, and a packet under way, was never granted. */
const MOST_BYTES = 4 * 1024 * 1024 + 64 * 1024;

/** One of the connections that the core keeps to an edge: dials, asks for the join hosts, watches, dials again. */
export class CoreConnection {
  readonly #edge: TransportAddress;
  readonly #hostKey: TunnelKey;
  readonly #rules: CoreRules;
  readonly #log: Log;
  /** Join hosts that the edge would not carry. */
  readonly #refused = new Map<string, Failure>();
  readonly #open = new Set<ClientChannel>();
  #state: ConnectionState;
  #failures = 0;
  #wake: () => void = () => {};

  constructor(edge: TransportAddress, hostKey: TunnelKey, rules: CoreRules) {
    this.#edge = edge;
    this.#hostKey = hostKey;
    this.#rules = rules;
    this.#log = rules.log.with({ edge: formatAddress(edge) });
    this.#state = { state: "connecting", since: rules.clock.now(), lastError: undefined };
  }

  get state(): ConnectionState {
    return this.#state;
  }
  refusalOf(host: string): Failure | undefined {
    return this.#refused.get(host);
  }
  /** Ends a wait between two tries. */
  retryNow(): void {
    this.#wake();
  }

  /** Runs until the scope closes; never rejects. */
  async run(scope: Scope): Promise<void> {
    while (!scope.closed) {
      const attempt = new Scope();
      const stop = () => void attempt.close();
      scope.signal.addEventListener("abort", stop, { once: true });
      const failure = await this.#attempt(attempt).catch(failureOf);
      scope.signal.removeEventListener("abort", stop);
      await attempt.close();
      if (!scope.closed) await this.#wait(scope, failure);
    }
  }

  async #attempt(scope: Scope): Promise<Failure> {
    const { clock, identity, username, limits } = this.#rules;
    const lastError = this.#state.state === "failed" ? this.#state.lastError : undefined;
    this.#state = { state: "connecting", since: clock.now(), lastError };
    const dialled = await dial(scope, {
      edge: this.#edge,
      hostKey: this.#hostKey,
      identity,
      username,
      timeoutMs: limits.handshakeMs,
    });
    this.#takeChannels(dialled.client);
    await this.#askForHosts(dialled.client);
    this.#state = { state: "active", since: clock.now(), peer: formatAddress(dialled.peer), rttMs: undefined };
    this.#failures = 0;
    this.#log.info("tunnel connection is up", { peer: formatAddress(dialled.peer) });
    return this.#watch(scope, dialled);
  }

  #takeChannels(client: Client): void {
    this.#open.clear();
    client.on("tcp connection", (details, accept, reject) => {
      const open = this.#open.size;
      if (open >= this.#rules.limits.channelsPerConnection || !this.#rules.joinHosts.includes(details.destIP)) {
        this.#log.warn("tunnel channel refused", { host: details.destIP, open });
        reject();
        return;
      }
      const channel = accept();
      this.#open.add(channel);
      channel.on("close", () => this.#open.delete(channel));
      this.#rules.onChannel(details.destIP, new TunnelChannel(channel), formatAddress(this.#edge));
    });
  }

  /** Rejects with TUNNEL_HOST_REFUSED if the edge carries none of them; one that it refuses shows in its row. */
  async #askForHosts(client: Client): Promise<void> {
    this.#refused.clear();
    const { joinHosts, forwardPort } = this.#rules;
    await Promise.all(joinHosts.map((host) => this.#askFor(client, host, forwardPort)));
    const [first] = joinHosts;
    if (first !== undefined && this.#refused.size === joinHosts.length)
      throw fail("TUNNEL_HOST_REFUSED", { edge: formatAddress(this.#edge), host: first });
  }

  #askFor(client: Client, host: string, port: number): Promise<void> {
    return new Promise((resolve) => {
      client.forwardIn(host, port, (error?: Error) => {
        const refusal =
          error && failureOf(fail("TUNNEL_HOST_REFUSED", { edge: formatAddress(this.#edge), host }, error));
        if (refusal) {
          this.#refused.set(host, refusal);
          this.#log.warn("edge refuses a join host", { host });
        }
        resolve();
      });
    });
  }

  /** Asks for a sign of life every `probeMs`, which also measures the round trip. Resolves when the connection is over. */
  #watch(scope: Scope, { client, ended }: Dialled): Promise<Failure> {
    const edge = formatAddress(this.#edge);
    const { clock, limits } = this.#rules;
    const over = Promise.withResolvers<Failure>();
    // Probes are counted, and not time: after a stall of this process the answers are there, only unread.
    const most = Math.ceil(limits.silenceMs / limits.probeMs);
    let unanswered = 0;
    const probe = () => {
      if ([...this.#open].some(overruns)) over.resolve(failureOf(fail("TUNNEL_OVERRUN", { edge })));
      if (unanswered++ >= most)
        over.resolve(failureOf(fail("TUNNEL_SILENT", { edge, seconds: limits.silenceMs / 1000 })));
      const asked = clock.monotonicUs();
      signOfLife(client, () => {
        unanswered = 0;
        const rttMs = (clock.monotonicUs() - asked) / 1000;
        if (this.#state.state === "active") this.#state = { ...this.#state, rttMs };
      });
    };
    probe();
    scope.every(limits.probeMs, probe);
    const lost = ended.then((why) => failureOf(fail("TUNNEL_LOST", { edge, why })));
    return Promise.race([over.promise, lost]);
  }

  async #wait(scope: Scope, lastError: Failure): Promise<void> {
    const { clock, limits, random } = this.#rules;
    const waitMs = backoff(this.#failures++, limits.firstRetryMs, limits.lastRetryMs, random());
    const now = clock.now();
    this.#state = { state: "failed", since: now, lastError, nextTryAt: now + waitMs };
    this.#log.warn("tunnel connection failed", { code: lastError.code, why: lastError.message, retryInMs: waitMs });
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([scope.sleep(waitMs).catch(() => {}), woken]);
  }
}

/**
 * The edge answers this global request whatever it thinks of it; it also makes an OpenSSH edge refuse shells for good.
 * A closed connection throws, and its end is told elsewhere.
 */
function signOfLife(client: Client, heard: () => void): void {
  try {
    client.openssh_noMoreSessions(heard);
  } catch {}
}

/** ssh2 keeps what an edge sends beyond the window that it was granted (RFC 4254 5.2); an honest one never does. */
function overruns(channel: ClientChannel): boolean {
  return channel.readableLength > MOST_BYTES;
}

function failureOf(error: unknown): Failure {
  if (error instanceof TurnpikeError) return { code: error.code, message: error.message, remedy: error.remedy };
  return { code: "TUNNEL_LOST", message: textOf(error), remedy: "it is dialled again by itself" };
}
