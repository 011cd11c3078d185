import { type Clock, SteadyClock, type TurnpikeError } from "#base";
import type { DnsRecord, RecordType } from "./contract.ts";

/** Answers kept at most so long, s: an administrator who changes DNS waits no longer than this without a flush. */
const MAX_TTL = 3600;
/** "There is none" is kept at most so long, s (RFC 2308 5 allows up to three hours; people mend DNS while they look). */
const MAX_NEGATIVE_TTL = 60;
const MAX_ENTRIES = 10_000;

export type Outcome = { readonly records: readonly DnsRecord[] } | { readonly failure: TurnpikeError };

interface Entry {
  readonly outcome: Outcome;
  readonly storedAt: number;
  readonly until: number;
}

/** Answers by name and type for as long as they live. */
export class DnsCache {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = new SteadyClock(clock);
  }

  /** With what is left of each record's life. */
  get(name: string, type: RecordType): Outcome | undefined {
    const entry = this.#entries.get(keyOf(name, type));
    const now = this.#clock.now();
    if (!entry || entry.until <= now) return undefined;
    if ("failure" in entry.outcome) return entry.outcome;
    const age = Math.floor((now - entry.storedAt) / 1000);
    return { records: entry.outcome.records.map((record) => ({ ...record, ttl: Math.max(0, record.ttl - age) })) };
  }

  /** `ttl` in seconds; 0 keeps nothing (RFC 1035 3.2.1). */
  put(name: string, type: RecordType, outcome: Outcome, ttl: number): void {
    const seconds = Math.min(ttl, "failure" in outcome ? MAX_NEGATIVE_TTL : MAX_TTL);
    if (seconds <= 0) return;
    if (this.#entries.size >= MAX_ENTRIES) this.#entries.delete(this.#entries.keys().next().value!);
    const storedAt = this.#clock.now();
    this.#entries.set(keyOf(name, type), { outcome, storedAt, until: storedAt + seconds * 1000 });
  }

  flush(): number {
    const now = this.#clock.now();
    const live = [...this.#entries.values()].filter(({ until }) => until > now).length;
    this.#entries.clear();
    return live;
  }
}

function keyOf(name: string, type: RecordType): string {
  return `${type} ${name}`;
}
