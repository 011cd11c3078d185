import type { Client, ClientChannel } from "ssh2";
import { formatAddress, type Log, type Scope } from "#base";
import { TunnelChannel } from "./channel.ts";
import { type Dialled, dial } from "./core-dial.ts";
import type { CoreRules } from "./core-rules.ts";
import { fail } from "./errors.ts";
import { type Failure, failureOf } from "./failure.ts";
import { SOFTWARE } from "./identification.ts";
import type { TunnelKey } from "./keys.ts";
import type { Roads, Via } from "./reach.ts";
import { softwareOf } from "./ssh2-inside.ts";

/** One live SSH connection to an edge: asks for the join hosts, takes their channels, watches for signs of life. */
export class CoreSession {
  readonly scope: Scope;
  readonly peer: string;
  readonly via: Via;
  readonly hostKey: string;
  /** Why it goes over 443; the newest reason. */
  whyNotDirect: Failure | undefined;
  rttMs: number | undefined;
  /** Undefined until it is over. */
  ended: Failure | undefined;
  readonly over: Promise<Failure>;
  readonly #finish: (failure: Failure) => void;
  readonly #dialled: Dialled;
  readonly #rules: CoreRules;
  readonly #edge: string;
  readonly #log: Log;
  readonly #granted = new Set<string>();
  /** Join hosts that the edge would not carry. */
  readonly #refused = new Map<string, Failure>();
  readonly #open = new Map<ClientChannel, string>();
  #asking: Promise<void> | undefined;
  #nextAskAt = 0;
  #draining = false;

  /** Dials, and asks for the join hosts. The session belongs to `scope` and closes it when it is over. */
  static async open(
    scope: Scope,
    roads: Roads,
    hostKeys: readonly TunnelKey[],
    rules: CoreRules,
  ): Promise<CoreSession> {
    const { identity, username, instance, limits } = rules;
    const dialled = await dial(scope, { roads, hostKeys, identity, username, instance, limits });
    const session = new CoreSession(scope, dialled, rules, formatAddress(roads.direct));
    await Promise.race([session.ask(), session.over]);
    return session;
  }

  private constructor(scope: Scope, dialled: Dialled, rules: CoreRules, edge: string) {
    this.scope = scope;
    this.peer = formatAddress(dialled.peer);
    this.via = dialled.via;
    this.hostKey = dialled.hostKey;
    this.whyNotDirect = dialled.whyNotDirect;
    this.#dialled = dialled;
    this.#rules = rules;
    this.#edge = edge;
    this.#log = rules.log.with({ edge, peer: this.peer });
    const over = Promise.withResolvers<Failure>();
    this.over = over.promise;
    this.#finish = (failure) => {
      this.ended ??= failure;
      over.resolve(this.ended);
      void scope.close();
    };
    void dialled.ended.then((why) => this.#finish(failureOf(fail("TUNNEL_LOST", { edge, why }))));
    this.#takeChannels(dialled.client);
    this.#watch();
    scope.every(rules.limits.askAgainMs, () => void this.ask());
  }

  get bytesIn(): number {
    return this.#dialled.socket.bytesRead;
  }
  get bytesOut(): number {
    return this.#dialled.socket.bytesWritten;
  }
  channelsOf(host: string): number {
    return [...this.#open.values()].filter((open) => open === host).length;
  }
  refusalOf(host: string): { readonly failure: Failure; readonly nextTryAt: number } | undefined {
    const failure = this.#refused.get(host);
    return failure && { failure, nextTryAt: this.#nextAskAt };
  }

  /**
   * Brings the edge's grants in line with the join hosts. Our own edge is asked for all of them each time, and so tells
   * what holds now; an sshd that has bound a port would refuse it a second time.
   */
  async ask(): Promise<void> {
    if (this.#asking || this.ended) return this.#asking;
    this.#asking = this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { joinHosts, clock, limits } = this.#rules;
    this.#nextAskAt = clock.now() + limits.askAgainMs;
    const wanted = this.#draining ? [] : joinHosts;
    for (const host of [...this.#granted, ...this.#refused.keys()]) if (!wanted.includes(host)) this.#leave(host);
    const ours = softwareOf(this.#dialled.client) === SOFTWARE;
    await Promise.all(wanted.filter((host) => ours || !this.#granted.has(host)).map((host) => this.#askFor(host)));
  }

  #askFor(host: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const answered = (error?: Error) => {
      resolve();
      // ssh2 answers what is open itself when the connection has ended.
      if (this.#dialled.socket.destroyed) return;
      if (error) this.#refuse(host, error);
      else this.#grant(host);
    };
    attempt(() => this.#dialled.client.forwardIn(host, this.#rules.forwardPort, answered), resolve);
    return promise;
  }

  #grant(host: string): void {
    const news = !this.#granted.has(host);
    this.#granted.add(host);
    const again = this.#refused.delete(host);
    if (again) this.#log.info("edge carries a join host now", { host });
    if (news) this.#rules.changed();
  }

  #refuse(host: string, error: Error): void {
    const news = !this.#refused.has(host);
    this.#granted.delete(host);
    this.#refused.set(host, failureOf(fail("TUNNEL_HOST_REFUSED", { edge: this.#edge, host }, error)));
    if (!news) return;
    this.#log.warn("edge refuses a join host", { host });
    this.#rules.changed();
  }

  #leave(host: string): void {
    this.#refused.delete(host);
    if (!this.#granted.delete(host)) return;
    attempt(() => this.#dialled.client.unforwardIn(host, this.#rules.forwardPort, () => {}));
    this.#log.info("edge is to carry a join host no longer", { host });
  }

  /** Takes no new channels and is over once the open ones are, or after `drainMs`. */
  drain(): Promise<Failure> {
    if (!this.#draining && !this.ended) {
      this.#draining = true;
      void Promise.resolve(this.#asking).then(() => this.ask());
      this.scope.after(this.#rules.limits.drainMs, () => this.#retire());
      this.scope.every(this.#rules.limits.probeMs, () => this.#open.size === 0 && this.#retire());
    }
    return this.over;
  }
  #retire(): void {
    this.#finish(failureOf(fail("TUNNEL_LOST", { edge: this.#edge, why: "no longer wanted" })));
  }

  #takeChannels(client: Client): void {
    client.on("tcp connection", ({ destIP: host }, accept, reject) => {
      const open = this.#open.size;
      const known = this.#draining || this.#rules.joinHosts.includes(host);
      if (open >= this.#rules.limits.channelsPerConnection || !known) {
        this.#log.warn("tunnel channel refused", { host, open });
        reject();
        return;
      }
      const channel = accept();
      this.#open.set(channel, host);
      channel.on("close", () => this.#open.delete(channel));
      channel.on("overrun", () => this.#finish(failureOf(fail("TUNNEL_OVERRUN", { edge: this.#edge }))));
      this.#log.debug("tunnel channel opened", { host, open: open + 1 });
      this.#rules.onChannel(host, new TunnelChannel(channel), this.#edge);
    });
  }

  /** Asks for a sign of life every `probeMs`, which also measures the round trip. */
  #watch(): void {
    const { clock, limits } = this.#rules;
    const edge = this.#edge;
    // Probes are counted, and not time: after a stall of this process the answers are there, only unread.
    const most = Math.ceil(limits.silenceMs / limits.probeMs);
    let unanswered = 0;
    let heardBytes = 0;
    const probe = () => {
      // Behind megabytes on a slow line an answer may be late while other bytes come.
      if (this.bytesIn !== heardBytes) unanswered = 0;
      heardBytes = this.bytesIn;
      if (unanswered++ >= most)
        this.#finish(failureOf(fail("TUNNEL_SILENT", { edge, seconds: limits.silenceMs / 1000 })));
      const asked = clock.monotonicUs();
      const heard = () => {
        unanswered = 0;
        this.rttMs = (clock.monotonicUs() - asked) / 1000;
      };
      // Answered by any edge, whatever it thinks of it; it also makes an OpenSSH edge refuse shells for good.
      attempt(() => this.#dialled.client.openssh_noMoreSessions(heard));
    };
    probe();
    this.scope.every(limits.probeMs, probe);
  }
}

/** ssh2 throws on a connection that is over; its end is told elsewhere. */
function attempt(run: () => unknown, failed: () => void = () => {}): void {
  try {
    run();
  } catch {
    failed();
  }
}
