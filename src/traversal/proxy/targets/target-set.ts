import type { TLSSocket } from "node:tls";
import { addressKey, type Clock, formatAddress, type Log, type Scope, type TransportAddress, textOf } from "#base";
import { fail } from "../errors.ts";
import { probe, reach, type Trust } from "./reach.ts";
import { type Candidate, type DnsSeam, resolveJoinHost } from "./resolve.ts";

/** Milliseconds since 1970. */
export type TargetState =
  | { readonly state: "unknown" }
  | { readonly state: "active"; readonly since: number }
  | { readonly state: "failed"; readonly since: number; readonly lastError: string };

export type TargetRow = {
  readonly joinHost: string;
  readonly name: string;
  /** "address:port". */
  readonly address: string;
  readonly priority: number;
  readonly weight: number;
} & TargetState;

export interface TargetOptions {
  readonly joinHost: string;
  /** Fixed place of the Web Bridge; without it DNS says. */
  readonly target?: TransportAddress | undefined;
  readonly trust: Trust;
  readonly dns: DnsSeam;
  readonly clock: Clock;
  readonly log: Log;
  readonly times: TargetTimes;
}

/** All ms. */
export interface TargetTimes {
  /** Failed and new ones are probed at this pace. */
  readonly probeFailedMs: number;
  readonly probeActiveMs: number;
  readonly resolveMs: number;
  readonly timeoutMs: number;
}

export const TARGET_TIMES: TargetTimes = {
  probeFailedMs: 2_000,
  probeActiveMs: 10_000,
  resolveMs: 60_000,
  timeoutMs: 3_000,
};

interface Target extends Candidate {
  state: TargetState;
  probedAt: number;
  probing: boolean;
}

/** The Web Bridges of one join host: found, probed, taken in turn. */
export class TargetSet {
  readonly #options: TargetOptions;
  #targets: Target[] = [];
  #resolvedAt = Number.NEGATIVE_INFINITY;
  #resolving: Promise<void> | undefined;
  #lookupError = "not looked up yet";
  #turn = 0;

  constructor(scope: Scope, options: TargetOptions) {
    this.#options = options;
    scope.every(options.times.probeFailedMs, () => void this.#tick());
    void this.#tick();
  }

  rows(): TargetRow[] {
    return this.#targets.map(({ name, where, priority, weight, state }) => ({
      joinHost: this.#options.joinHost,
      name,
      address: formatAddress(where),
      priority,
      weight,
      ...state,
    }));
  }

  /** A TLS connection to the next usable target. Rejects with CORE_WEB_BRIDGE_UNREACHABLE and the last reason. */
  async connect(): Promise<TLSSocket> {
    const { joinHost, trust, times } = this.#options;
    if (this.#targets.length === 0) await this.#resolve();
    let why = this.#targets.length === 0 ? this.#lookupError : lastError(this.#targets);
    for (const target of this.#usable()) {
      try {
        return await reach(target.where, joinHost, trust, times.timeoutMs);
      } catch (error) {
        why = `${formatAddress(target.where)}: ${textOf(error)}`;
        this.#become(target, textOf(error));
      }
    }
    throw fail("CORE_WEB_BRIDGE_UNREACHABLE", { host: joinHost, why });
  }

  /** Those of the best priority that is alive, beginning with the next in turn, then the rest. */
  #usable(): Target[] {
    const alive = this.#targets.filter(({ state }) => state.state !== "failed");
    const best = Math.min(...alive.map(({ priority }) => priority));
    const first = alive.filter(({ priority }) => priority === best);
    const turn = this.#turn++ % Math.max(1, first.length);
    return [...first.slice(turn), ...first.slice(0, turn), ...alive.filter(({ priority }) => priority !== best)];
  }

  async #tick(): Promise<void> {
    const { clock, times } = this.#options;
    if (clock.now() - this.#resolvedAt >= times.resolveMs || this.#targets.length === 0) await this.#resolve();
    const due = ({ state, probedAt }: Target) =>
      state.state !== "active" || clock.now() - probedAt >= times.probeActiveMs;
    await Promise.all(
      this.#targets.filter((target) => due(target) && !target.probing).map((target) => this.#probe(target)),
    );
  }

  /** Whoever asks while a lookup is under way waits for that one. */
  #resolve(): Promise<void> {
    this.#resolving ??= this.#lookUp().finally(() => {
      this.#resolving = undefined;
    });
    return this.#resolving;
  }

  async #lookUp(): Promise<void> {
    const { joinHost, target, dns, clock, log } = this.#options;
    try {
      const fixed = target && [{ name: target.address, where: target, priority: 0, weight: 0 }];
      const found = fixed ?? (await resolveJoinHost(joinHost, dns));
      this.#resolvedAt = clock.now();
      const known = new Map(this.#targets.map((one) => [addressKey(one.where), one]));
      this.#targets = found.map((one) => known.get(addressKey(one.where)) ?? fresh(one));
    } catch (error) {
      // Answers of a minute ago are better than none.
      this.#lookupError = `name lookup: ${textOf(error)}`;
      log.warn("join host does not resolve", { host: joinHost, why: textOf(error) });
    }
  }

  async #probe(target: Target): Promise<void> {
    const { joinHost, trust, times, clock } = this.#options;
    target.probing = true;
    const failure = await probe(target.where, joinHost, trust, times.timeoutMs).then(() => undefined, textOf);
    target.probing = false;
    target.probedAt = clock.now();
    this.#become(target, failure);
  }

  #become(target: Target, failure: string | undefined): void {
    const { clock, joinHost, log } = this.#options;
    const before = target.state;
    const fields = { host: joinHost, target: formatAddress(target.where), why: failure };
    if (failure === undefined) {
      if (before.state === "active") return;
      target.state = { state: "active", since: clock.now() };
      log.info("web bridge is active", fields);
      return;
    }
    target.state = {
      state: "failed",
      since: before.state === "failed" ? before.since : clock.now(),
      lastError: failure,
    };
    if (before.state !== "failed" || before.lastError !== failure) log.warn("web bridge check failed", fields);
  }
}

function fresh(candidate: Candidate): Target {
  return { ...candidate, state: { state: "unknown" }, probedAt: Number.NEGATIVE_INFINITY, probing: false };
}

function lastError(targets: readonly Target[]): string {
  const failed = targets.find(({ state }) => state.state === "failed");
  return failed?.state.state === "failed" ? `${formatAddress(failed.where)}: ${failed.state.lastError}` : "no target";
}
