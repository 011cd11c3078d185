import { addressKey, type Clock, formatAddress, type Log, type Scope, SteadyClock, textOf } from "#base";
import type { Upstream } from "../upstream.ts";
import { type ReachProblem, reachFailure } from "./failure.ts";
import type { Candidate } from "./lookup.ts";
import { type ProbeTraces, probe } from "./probe.ts";
import type { Trust } from "./reach.ts";

/** Milliseconds since 1970. */
export type TargetState =
  | { readonly state: "unknown" }
  | { readonly state: "active"; readonly since: number }
  | {
      readonly state: "failed";
      readonly since: number;
      /** In words. */
      readonly lastError: string;
      readonly problem: ReachProblem;
    };

export type TargetRow = {
  readonly joinHost: string;
  readonly name: string;
  /** "address:port". */
  readonly address: string;
  /** 65536 for address records. */
  readonly priority: number;
  readonly weight: number;
  /** Of the last check that it passed, ms. */
  readonly rttMs: number | undefined;
  readonly nextProbeAt: number;
  /** Sent there since it is a target. */
  readonly requests: number;
} & TargetState;

/** All ms. */
export interface TargetTimes {
  /** Failed ones are probed at this pace. */
  readonly probeFailedMs: number;
  readonly probeActiveMs: number;
  readonly timeoutMs: number;
  /** DNS is asked again when the answer's life ends, but within these. */
  readonly leastLookupMs: number;
  readonly mostLookupMs: number;
  /** A join host of which nothing is known yet. */
  readonly firstLookupMs: number;
}

export const TARGET_TIMES: TargetTimes = {
  probeFailedMs: 2_000,
  probeActiveMs: 10_000,
  timeoutMs: 3_000,
  leastLookupMs: 30_000,
  mostLookupMs: 3_600_000,
  firstLookupMs: 5_000,
};

export interface TargetOptions {
  readonly joinHost: string;
  readonly trust: Trust;
  readonly times: TargetTimes;
  readonly clock: Clock;
  readonly log: Log;
  readonly traces: ProbeTraces;
  readonly onChange: () => void;
  readonly upstream: (scope: Scope, target: Target) => Upstream;
}

/** One place of a Web Bridge, probed as long as its scope lives. */
export class Target {
  readonly key: string;
  readonly #scope: Scope;
  readonly #options: TargetOptions;
  readonly #steady: SteadyClock;
  #candidate: Candidate;
  #state: TargetState = { state: "unknown" };
  #rttMs: number | undefined;
  #nextProbeAt: number;
  #probing: Promise<void> | undefined;
  #upstream: Upstream | undefined;
  requests = 0;
  credit = 0;

  constructor(scope: Scope, candidate: Candidate, options: TargetOptions) {
    this.#scope = scope;
    this.#candidate = candidate;
    this.#options = options;
    this.key = targetKey(candidate);
    this.#steady = new SteadyClock(options.clock);
    this.#nextProbeAt = this.#steady.now();
  }

  get where() {
    return this.#candidate.where;
  }
  get priority(): number {
    return this.#candidate.priority;
  }
  get weight(): number {
    return this.#candidate.weight;
  }
  get state(): TargetState {
    return this.#state;
  }
  get trust(): Trust {
    return this.#options.trust;
  }

  /** Connections to it that plain requests share, made when the first one comes. */
  get upstream(): Upstream {
    this.#upstream ??= this.#options.upstream(this.#scope, this);
    return this.#upstream;
  }

  /** The same place with another order. */
  take(candidate: Candidate): void {
    this.#candidate = candidate;
  }

  /** Requests that are under way have `graceMs` to end. */
  retire(owner: Scope, graceMs: number): void {
    owner.after(graceMs, () => void this.#scope.close());
  }

  async probeIfDue(): Promise<void> {
    if (this.#steady.now() >= this.#nextProbeAt) await this.probe();
  }

  /** Whoever asks while a probe is under way waits for that one. */
  probe(): Promise<void> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async #probe(): Promise<void> {
    const { times } = this.#options;
    try {
      this.#rttMs = await probe(this.where, { ...this.#options, timeoutMs: times.timeoutMs });
      this.#works();
      this.#nextProbeAt = this.#steady.now() + times.probeActiveMs;
    } catch (error) {
      this.fail(error);
      this.#nextProbeAt = this.#steady.now() + times.probeFailedMs;
    }
  }

  #works(): void {
    if (this.#state.state === "active" || this.#scope.closed) return;
    const { clock, joinHost, log, onChange } = this.#options;
    this.#state = { state: "active", since: clock.now() };
    log.info("web bridge is active", { joinHost, address: formatAddress(this.where), rttMs: this.#rttMs });
    onChange();
  }

  /** Also of a request that could not connect: nobody waits for the next probe to find out. */
  fail(error: unknown): void {
    if (this.#scope.closed) return;
    const { clock, joinHost, log, onChange, times } = this.#options;
    const { problem, message: lastError } = reachFailure(error);
    const before = this.#state;
    const since = before.state === "failed" ? before.since : clock.now();
    this.#state = { state: "failed", since, lastError, problem };
    this.#nextProbeAt = Math.min(this.#nextProbeAt, this.#steady.now() + times.probeFailedMs);
    if (before.state === "failed" && before.lastError === lastError) return;
    log.warn("web bridge check failed", { joinHost, address: formatAddress(this.where), error: textOf(lastError) });
    onChange();
  }

  row(): TargetRow {
    const { name, where, priority, weight } = this.#candidate;
    return {
      joinHost: this.#options.joinHost,
      name,
      address: formatAddress(where),
      priority,
      weight,
      rttMs: this.#rttMs,
      nextProbeAt: this.#steady.date(this.#nextProbeAt),
      requests: this.requests,
      ...this.#state,
    };
  }
}

export function targetKey({ where }: Candidate): string {
  return addressKey(where);
}
