import type { TLSSocket } from "node:tls";
import {
  addressKey,
  type Clock,
  formatAddress,
  type Log,
  type Scope,
  SteadyClock,
  type TransportAddress,
  TurnpikeError,
  textOf,
} from "#base";
import type { Dns } from "#dns";
import { fail } from "../errors.ts";
import type { ProxyLimits } from "../limits.ts";
import { createUpstream } from "../upstream.ts";
import { choose } from "./choice.ts";
import { reachFailure } from "./failure.ts";
import { type Candidate, type Found, lookUp } from "./lookup.ts";
import type { ProbeTraces } from "./probe.ts";
import { reach, type Trust } from "./reach.ts";
import { Target, type TargetRow, type TargetTimes, targetKey } from "./target.ts";

export interface TargetSettings {
  /** Fixed place of the Web Bridge; without it DNS says. */
  readonly target?: TransportAddress | undefined;
  readonly trust: Trust;
}

export interface TargetSetOptions {
  readonly joinHost: string;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly log: Log;
  readonly times: TargetTimes;
  readonly limits: ProxyLimits;
  readonly traces: ProbeTraces;
  readonly onChange: () => void;
}

export interface LookupRow {
  /** Of the last one, milliseconds since 1970. */
  readonly at: number | undefined;
  readonly nextAt: number | undefined;
  /** While there is one, the answer before it holds on. */
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | undefined;
}

export interface TargetSetRow {
  readonly source: Found["source"] | "none";
  readonly lookup: LookupRow;
  readonly targets: readonly TargetRow[];
}

/** The Web Bridges of one join host: found, probed, taken in turn. */
export class TargetSet {
  readonly #scope: Scope;
  readonly #options: TargetSetOptions;
  #settings: TargetSettings;
  #targets: readonly Target[] = [];
  #source: TargetSetRow["source"] = "none";
  #lookedUpAt: number | undefined;
  readonly #steady: SteadyClock;
  /** Undefined if the answer needs no look-up. */
  #nextLookupAt: number | undefined;
  #lookupError: TurnpikeError | undefined;
  #looking: Promise<void> | undefined;
  /** Targets for what is configured now, if there are any. */
  #ready: Promise<void>;

  constructor(scope: Scope, settings: TargetSettings, options: TargetSetOptions) {
    this.#scope = scope;
    this.#settings = settings;
    this.#options = options;
    this.#steady = new SteadyClock(options.clock);
    this.#nextLookupAt = this.#steady.now();
    scope.every(options.times.probeFailedMs, () => void this.#tick());
    this.#ready = this.check();
  }

  /** Keeps what is the same: another trust drops the targets, another place looks anew. */
  configure(settings: TargetSettings): void {
    const { target, trust } = this.#settings;
    const sameTrust = JSON.stringify(trust) === JSON.stringify(settings.trust);
    if (sameTrust && keyOf(target) === keyOf(settings.target)) return;
    this.#settings = settings;
    if (!sameTrust) this.#take([]);
    this.#ready = this.check();
  }

  /** Looks up and probes now. Never rejects: the row tells what came of it. */
  async check(): Promise<void> {
    // One that is under way may still ask for what was configured before.
    await this.#looking;
    this.#nextLookupAt = this.#steady.now();
    await this.#look();
    await Promise.all(this.#targets.map((target) => target.probe()));
  }

  row(): TargetSetRow {
    const error = this.#lookupError;
    return {
      source: this.#source,
      lookup: {
        at: this.#lookedUpAt,
        nextAt: this.#nextLookupAt && this.#steady.date(this.#nextLookupAt),
        error: error && { code: error.code, message: error.message, remedy: error.remedy },
      },
      targets: this.#targets.map((target) => target.row()),
    };
  }

  /**
   * The active target of the best priority whose turn it is. Waits for the first look-up and the first probes; rejects
   * with CORE_WEB_BRIDGE_UNREACHABLE and the reason.
   */
  async choose(): Promise<Target> {
    const target = this.#choose([]);
    if (target) return target;
    if (this.#targets.length === 0) await this.#ready;
    // None is used unseen: it might lead in a circle.
    const unknown = this.#targets.filter(({ state }) => state.state === "unknown").map((one) => one.probe());
    if (unknown.length > 0) await Promise.race(unknown);
    const found = this.#choose([]) ?? (await Promise.all(unknown).then(() => this.#choose([])));
    if (found) return found;
    throw fail("CORE_WEB_BRIDGE_UNREACHABLE", { host: this.#options.joinHost, why: this.#why() });
  }

  /** A TLS connection to `first`, or to the next one if that fails. Rejects with CORE_WEB_BRIDGE_UNREACHABLE. */
  async connect(first: Target): Promise<TLSSocket> {
    const { joinHost, times } = this.#options;
    const tried: Target[] = [];
    let why = this.#why();
    for (let target: Target | undefined = first; target; target = this.#choose(tried)) {
      tried.push(target);
      try {
        return await reach(target.where, joinHost, target.trust, times.timeoutMs);
      } catch (error) {
        why = `${formatAddress(target.where)}: ${reachFailure(error).message}`;
        target.fail(error);
      }
    }
    throw fail("CORE_WEB_BRIDGE_UNREACHABLE", { host: joinHost, why });
  }

  #choose(tried: readonly Target[]): Target | undefined {
    const active = this.#targets.filter((one) => one.state.state === "active" && !tried.includes(one));
    const best = active.reduce((least, { priority }) => Math.min(least, priority), Number.POSITIVE_INFINITY);
    return choose(active.filter(({ priority }) => priority === best));
  }

  async #tick(): Promise<void> {
    const isDue = this.#nextLookupAt !== undefined && this.#steady.now() >= this.#nextLookupAt;
    // A name server that does not answer holds up no probe.
    if (isDue) void this.#look().then(() => this.#probeDue());
    await this.#probeDue();
  }

  async #probeDue(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.probeIfDue()));
  }

  /** Whoever asks while a look-up is under way waits for that one. Never rejects. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookUp().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookUp(): Promise<void> {
    const { joinHost, dns, clock, times } = this.#options;
    const settings = this.#settings;
    const between = (seconds: number) =>
      Math.min(times.mostLookupMs, Math.max(times.leastLookupMs, seconds * 1000)) + this.#steady.now();
    try {
      const found = await lookUp(joinHost, settings.target, dns);
      if (settings !== this.#settings || this.#scope.closed) return;
      this.#source = found.source;
      this.#nextLookupAt = found.ttl === undefined ? undefined : between(found.ttl);
      this.#take(found.candidates);
      this.#note(found.failure);
    } catch (error) {
      if (settings !== this.#settings || this.#scope.closed) return;
      // An answer that was good is better than none.
      this.#nextLookupAt = this.#targets.length > 0 ? between(0) : this.#steady.now() + times.firstLookupMs;
      this.#note(asFailure(error, joinHost));
    }
    this.#lookedUpAt = clock.now();
  }

  #take(candidates: readonly Candidate[]): void {
    const before = this.#targets;
    const known = new Map(before.map((one) => [one.key, one]));
    this.#targets = candidates.map((candidate) => {
      const target = known.get(targetKey(candidate)) ?? this.#fresh(candidate);
      target.take(candidate);
      return target;
    });
    const gone = before.filter((one) => !this.#targets.includes(one));
    for (const target of gone) target.retire(this.#scope, this.#options.limits.answerMs);
    if (gone.length > 0 || before.length !== this.#targets.length) this.#options.onChange();
  }

  #fresh(candidate: Candidate): Target {
    const { joinHost, limits } = this.#options;
    return new Target(this.#scope.child(), candidate, {
      ...this.#options,
      trust: this.#settings.trust,
      upstream: (scope, target) => createUpstream(scope, joinHost, () => this.connect(target), limits),
    });
  }

  #note(failure: TurnpikeError | undefined): void {
    const { joinHost, log, onChange } = this.#options;
    const before = this.#lookupError;
    this.#lookupError = failure;
    if (before?.message === failure?.message) return;
    if (failure) log.warn("join host does not resolve", { joinHost, code: failure.code, why: failure.message });
    else log.info("join host resolves again", { joinHost });
    onChange();
  }

  #why(): string {
    if (this.#targets.length === 0) return this.#lookupError?.message ?? "it has no target yet";
    for (const { state, where } of this.#targets)
      if (state.state === "failed") return `${formatAddress(where)}: ${state.lastError}`;
    return "no target has answered yet";
  }
}

function keyOf(target: TransportAddress | undefined): string {
  return target ? addressKey(target) : "";
}

function asFailure(error: unknown, host: string): TurnpikeError {
  if (error instanceof TurnpikeError) return error;
  return fail("CORE_WEB_BRIDGE_UNREACHABLE", { host, why: textOf(error) }, error);
}
