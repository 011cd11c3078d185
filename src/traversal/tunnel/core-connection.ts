import type { Log, Scope } from "#base";
import { backoff } from "./backoff.ts";
import type { CoreRules } from "./core-rules.ts";
import { CoreSession } from "./core-session.ts";
import { type Failure, failureOf } from "./failure.ts";
import type { TunnelKey } from "./keys.ts";
import { Pause } from "./pause.ts";
import type { Roads, Via } from "./reach.ts";

/** `since` and `nextTryAt` are milliseconds since 1970; `since` of the first and the last is when it was up no longer. */
export type ConnectionState =
  | { readonly state: "connecting"; readonly since: number; readonly lastError: Failure | undefined }
  | {
      readonly state: "active";
      readonly since: number;
      readonly peer: string;
      readonly via: Via;
      /** Why it goes over 443 and not over the tunnel port. */
      readonly whyNotDirect: Failure | undefined;
      /** Fingerprint of the edge's key. */
      readonly hostKey: string;
      readonly rttMs: number | undefined;
      /** What ended the one before. */
      readonly lastError: Failure | undefined;
    }
  | { readonly state: "failed"; readonly since: number; readonly lastError: Failure; readonly nextTryAt: number };

export interface Traffic {
  /** Bytes on the wire since the core started to dial there, and channels that are open for one join host. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly channels: number;
}

/** Somebody has to mend these: haste would only look like guessing. */
const REFUSALS = ["TUNNEL_KEY_REFUSED", "TUNNEL_HOST_KEY_MISMATCH"];

export interface Destination {
  /** As logs name it. */
  readonly name: string;
  readonly hostKeys: readonly TunnelKey[];
  roads(): Promise<Roads>;
  /** A try has failed, or a connection has ended. */
  failed(): void;
}

type Shown =
  | { readonly state: "connecting" | "active"; readonly since: number }
  | Extract<ConnectionState, { state: "failed" }>;

/** One of the connections that the core keeps to an address: dials, dials again, goes back from 443 to the tunnel port. */
export class CoreConnection {
  readonly #to: Destination;
  readonly #rules: CoreRules;
  readonly #log: Log;
  readonly #scope: Scope;
  readonly #running: Promise<void>;
  readonly #pause = new Pause();
  /** Between two tries of the tunnel port. */
  readonly #direct = new Pause();
  /** The last is the one that counts; the others finish what they carry. */
  readonly #sessions = new Set<CoreSession>();
  #session: CoreSession | undefined;
  #state: Shown;
  #lastError: Failure | undefined;
  #failures = 0;
  #leaving = false;
  #bytes = { in: 0, out: 0 };

  constructor(owner: Scope, to: Destination, rules: CoreRules) {
    this.#to = to;
    this.#rules = rules;
    this.#log = rules.log.with({ edge: to.name });
    this.#state = { state: "connecting", since: rules.clock.now() };
    this.#scope = owner.child();
    this.#running = this.#run();
    this.#scope.defer(() => this.#running);
  }

  /** A join host that the edge refuses has failed although the connection is up. */
  stateOf(host: string): ConnectionState {
    const [state, lastError, session] = [this.#state, this.#lastError, this.#session];
    if (state.state === "failed") return state;
    if (state.state === "connecting" || !session) return { state: "connecting", since: state.since, lastError };
    const refusal = session.refusalOf(host);
    const { since } = state;
    if (refusal) return { state: "failed", since, lastError: refusal.failure, nextTryAt: refusal.nextTryAt };
    const { peer, via, whyNotDirect, hostKey, rttMs } = session;
    return { state: "active", since, peer, via, whyNotDirect, hostKey, rttMs, lastError };
  }

  trafficOf(host: string): Traffic {
    const sum = (of: (session: CoreSession) => number) => [...this.#sessions].reduce((all, one) => all + of(one), 0);
    return {
      bytesIn: this.#bytes.in + sum(({ bytesIn }) => bytesIn),
      bytesOut: this.#bytes.out + sum(({ bytesOut }) => bytesOut),
      channels: sum((session) => session.channelsOf(host)),
    };
  }

  /** Ends a wait between two tries, also of the tunnel port while it goes over 443. */
  retryNow(): void {
    this.#pause.wake();
    this.#direct.wake();
    this.askNow();
  }
  /** The join hosts are others now. */
  askNow(): void {
    void this.#session?.ask();
  }

  /** Takes nothing new, and resolves when what is open has ended. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#pause.wake();
    await Promise.all([...this.#sessions].map((session) => session.drain()));
    await this.#scope.close();
  }

  /** Runs until the scope closes; never rejects. */
  async #run(): Promise<void> {
    while (!this.#over) {
      const failure = await this.#once().catch(failureOf);
      this.#session = undefined;
      if (!this.#over) await this.#wait(failure);
    }
  }
  get #over(): boolean {
    return this.#leaving || this.#scope.closed !== undefined;
  }

  /** From a dial to the end of what came of it. */
  async #once(): Promise<Failure> {
    if (this.#state.state === "failed") this.#become({ state: "connecting", since: this.#state.since });
    let session = await this.#open(await this.#to.roads());
    for (;;) {
      this.#up(session);
      const next = await Promise.race([session.over, this.#backToDirect(session)]);
      if (!(next instanceof CoreSession)) return next;
      this.#log.info("tunnel goes back from 443 to its own port");
      void session.drain();
      session = next;
    }
  }

  #up(session: CoreSession): void {
    this.#session = session;
    this.#failures = 0;
    this.#become({ state: "active", since: this.#rules.clock.now() });
    const { peer, via, whyNotDirect } = session;
    this.#log.info("tunnel connection is up", { peer, via, ...(whyNotDirect ? { why: whyNotDirect.message } : {}) });
  }

  async #open(roads: Roads): Promise<CoreSession> {
    const own = this.#scope.child();
    try {
      const session = await CoreSession.open(own, roads, this.#to.hostKeys, this.#rules);
      this.#sessions.add(session);
      own.defer(() => this.#gone(session));
      if (this.#leaving) void session.drain();
      return session;
    } catch (error) {
      await own.close();
      throw error;
    }
  }
  #gone(session: CoreSession): void {
    this.#sessions.delete(session);
    this.#bytes = { in: this.#bytes.in + session.bytesIn, out: this.#bytes.out + session.bytesOut };
  }

  /** While `session` goes over 443: resolves with one over the tunnel port as soon as that works again. */
  async #backToDirect(session: CoreSession): Promise<CoreSession> {
    while (session.via === "443" && !session.ended) {
      await this.#direct.wait(session.scope, this.#rules.limits.directMs);
      if (session.ended || this.#over) break;
      try {
        const roads = await this.#to.roads();
        const next = await this.#open({ ...roads, fallback: undefined });
        if (!session.ended) return next;
        await next.scope.close();
      } catch (error) {
        session.whyNotDirect = failureOf(error);
        this.#rules.changed();
      }
    }
    return new Promise(() => {});
  }

  async #wait(lastError: Failure): Promise<void> {
    const { clock, limits, random } = this.#rules;
    const most = REFUSALS.includes(lastError.code) ? limits.refusedRetryMs : limits.lastRetryMs;
    const waitMs = backoff(this.#failures++, limits.firstRetryMs, most, random());
    const now = clock.now();
    const since = this.#state.state === "active" ? now : this.#state.since;
    // The same failure for hours is one line, not thousands.
    const news = this.#failures === 1 || lastError.message !== this.#lastError?.message;
    this.#lastError = lastError;
    this.#become({ state: "failed", since, lastError, nextTryAt: now + waitMs });
    const fields = { code: lastError.code, why: lastError.message, retryInMs: waitMs };
    if (news) this.#log.warn("tunnel connection failed", fields);
    else this.#log.debug("tunnel connection failed again", fields);
    this.#to.failed();
    await this.#pause.wait(this.#scope, waitMs);
  }

  #become(state: Shown): void {
    this.#state = state;
    this.#rules.changed();
  }
}
