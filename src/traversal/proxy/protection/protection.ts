import { type Clock, canonicalAddress, inPrefixes, type Log, sourceNetwork, systemClock } from "#base";
import { fail } from "../errors.ts";
import { type BlockedRow, Blocks, type ProtectionChange } from "./blocks.ts";
import { FAILURES, type Failure } from "./failures.ts";
import {
  PROTECTION_RULES,
  type ProtectionMode,
  type ProtectionRules,
  SOURCE_LIMITS,
  type SourceLimits,
} from "./rules.ts";
import { type SourceRecord, SourceTable } from "./source-table.ts";

export type Admission = "ok" | "blocked" | "limited";

export interface ProtectionStatus {
  readonly mode: ProtectionMode;
  /** In mode "observe": those that would be blocked. */
  readonly blocked: readonly BlockedRow[];
  readonly failures: Readonly<Record<Failure, number>>;
  /** Connections that were turned away, by why. */
  readonly refused: { readonly blocked: number; readonly limited: number };
  readonly limits: SourceLimits;
  /** Sources that are remembered. */
  readonly sources: number;
}

export interface ProtectionSettings extends Partial<ProtectionRules> {
  readonly limits?: Partial<SourceLimits>;
}

export interface ProtectionOptions extends ProtectionSettings {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Sources that are remembered at once. */
  readonly capacity?: number;
}

const CAPACITY = 50_000;
/** An administrator's block, ms. */
const LONGEST_BY_HAND_MS = 30 * 86_400_000;
/** Addresses whose network is remembered, so that a request costs no parsing. */
const IDENTITIES = 20_000;

interface Identity {
  readonly network: string;
  readonly exempt: boolean;
}

/**
 * What one source may do at once, and how long it may do nothing at all after it kept failing. It counts by IPv4 address and
 * IPv6 /64. It holds no socket and no timer: whoever owns the connections asks it, and tells it what went wrong.
 */
export class Protection {
  #rules: ProtectionRules = PROTECTION_RULES;
  #limits: SourceLimits = SOURCE_LIMITS;
  readonly #clock: Clock;
  readonly #sources: SourceTable;
  readonly #blocks: Blocks;
  readonly #identities = new Map<string, Identity>();
  readonly #failures = new Map<Failure, number>();
  readonly #refused = { blocked: 0, limited: 0 };

  constructor({ clock = systemClock, log, capacity = CAPACITY, ...settings }: ProtectionOptions = {}) {
    this.#clock = clock;
    this.#sources = new SourceTable(capacity);
    this.#blocks = new Blocks(log);
    this.configure(settings);
  }

  /**
   * What is left out stays as it is. A source that is exempt from now on is no longer blocked; without blocking, only those
   * are whom an administrator has blocked.
   */
  configure({ limits, ...rules }: ProtectionSettings): void {
    this.#limits = { ...this.#limits, ...limits };
    this.#rules = { ...this.#rules, ...rules };
    this.#identities.clear();
    for (const record of this.#blocks.records()) {
      const ends = this.#rules.mode === "off" && !record.block!.byHand;
      if (ends || this.#isExempt(record.network.replace("/64", ""))) this.#blocks.lift(record);
    }
  }

  /** Addresses and prefixes that are neither limited nor blocked. */
  get exempt(): readonly string[] {
    return this.#rules.exempt.map((prefix) => prefix.join("/"));
  }

  /** Asks for a new connection. After "ok" the caller tells `closed` once it has ended. */
  admit(address: string): Admission {
    const { network, exempt } = this.#identity(address);
    if (exempt) return "ok";
    const record = this.#sources.touch(network);
    if (this.#isBlocked(record)) {
      this.#refused.blocked++;
      return "blocked";
    }
    const full = record.open >= this.#limits.connectionsPerSource;
    if (full || record.connections.take(this.#limits.newConnections, this.#clock.now()) > 0) {
      this.#overLimit(record);
      return "limited";
    }
    record.open++;
    return "ok";
  }

  closed(address: string): void {
    const record = this.#sources.get(this.#identity(address).network);
    if (record && record.open > 0) record.open--;
  }

  /** Asks for a TLS handshake, which is dear. After true the caller tells `handshakeEnded`, however it ended. */
  handshake(address: string): boolean {
    const { network, exempt } = this.#identity(address);
    if (exempt) return true;
    const record = this.#sources.touch(network);
    const full = record.handshakes >= this.#limits.handshakesAtOnce;
    if (full || record.newHandshakes.take(this.#limits.newHandshakes, this.#clock.now()) > 0) {
      this.#overLimit(record);
      return false;
    }
    record.handshakes++;
    return true;
  }

  handshakeEnded(address: string): void {
    const record = this.#sources.get(this.#identity(address).network);
    if (record && record.handshakes > 0) record.handshakes--;
  }

  /** Asks for a request: 0, or the seconds after which it may come again. */
  request(address: string): number {
    const { network, exempt } = this.#identity(address);
    if (exempt) return 0;
    const record = this.#record(network);
    const seconds = record.requests.take(this.#limits.requests, this.#clock.now());
    if (seconds > 0) this.#fail(record, "limit");
    return seconds;
  }

  /** True if that source may not connect now: for listeners that have limits of their own. */
  isBlocked(address: string): boolean {
    const { network, exempt } = this.#identity(address);
    const record = exempt ? undefined : this.#sources.get(network);
    return record !== undefined && this.#isBlocked(record);
  }

  fail(address: string, what: Failure): void {
    const { network, exempt } = this.#identity(address);
    if (exempt) this.#count(what);
    else this.#fail(this.#record(network), what);
  }

  /**
   * An administrator's block, of any address of the source, for so many ms. Throws PROTECTION_NO_ADDRESS, and
   * PROTECTION_EXEMPT, since who is exempt comes in whatever is blocked.
   */
  block(source: string, ms: number, why: string): void {
    const address = source.replace(/\/64$/, "");
    if (canonicalAddress(address) === undefined) throw fail("PROTECTION_NO_ADDRESS", { source });
    const { network, exempt } = this.#identity(address);
    if (exempt) throw fail("PROTECTION_EXEMPT", { source });
    const now = this.#clock.now();
    this.#blocks.byHand(this.#record(network), now + Math.min(ms, LONGEST_BY_HAND_MS), why, now);
  }

  /** Lifts a block, by the source as `status` shows it or by any address of it. False if there is none. */
  unblock(source: string): boolean {
    const record = this.#sources.get(source) ?? this.#sources.get(sourceNetwork(source));
    if (!record?.block) return false;
    record.blocks = 0;
    this.#blocks.lift(record);
    return true;
  }

  status(): ProtectionStatus {
    this.expire();
    const kinds = Object.keys(FAILURES) as Failure[];
    return {
      mode: this.#rules.mode,
      blocked: this.#blocks.rows(),
      failures: Object.fromEntries(kinds.map((kind) => [kind, this.#failures.get(kind) ?? 0])) as Record<
        Failure,
        number
      >,
      refused: { ...this.#refused },
      limits: this.#limits,
      sources: this.#sources.size,
    };
  }

  /** The blocks that are in force now, latest first: while it only observes, those of administrators. */
  inForce(): readonly BlockedRow[] {
    this.expire();
    return this.#blocks.rows().filter(({ byHand }) => byHand || this.#rules.mode === "block");
  }

  /** Told of each block, and of its end. */
  onChange(listener: (change: ProtectionChange) => void): () => void {
    return this.#blocks.onChange(listener);
  }

  /** Ends blocks whose time is over; called now and then, so that listeners hear of it soon. */
  expire(): void {
    this.#blocks.expire(this.#clock.now());
  }

  #isBlocked(record: SourceRecord): boolean {
    return this.#blocks.has(record, this.#clock.now()) && (record.block!.byHand || this.#rules.mode === "block");
  }

  #overLimit(record: SourceRecord): void {
    this.#refused.limited++;
    this.#fail(record, "limit");
  }

  #fail(record: SourceRecord, what: Failure): void {
    this.#count(what);
    this.#blocks.add(record, what, this.#rules, this.#clock.now());
  }

  #count(what: Failure): void {
    this.#failures.set(what, (this.#failures.get(what) ?? 0) + 1);
  }

  #record(network: string): SourceRecord {
    return this.#sources.get(network) ?? this.#sources.touch(network);
  }

  #identity(address: string): Identity {
    const known = this.#identities.get(address);
    if (known) return known;
    if (this.#identities.size >= IDENTITIES) this.#identities.clear();
    const identity = { network: sourceNetwork(address), exempt: this.#isExempt(address) };
    this.#identities.set(address, identity);
    return identity;
  }

  #isExempt(address: string): boolean {
    const canonical = canonicalAddress(address);
    return canonical !== undefined && inPrefixes(canonical, this.#rules.exempt);
  }
}
