import type { Log } from "#base";
import { FAILURES, type Failure, faded } from "./failures.ts";
import type { ProtectionRules } from "./rules.ts";
import type { SourceRecord } from "./source-table.ts";

export interface BlockedRow {
  /** An IPv4 address, or an IPv6 /64. */
  readonly source: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
  readonly why: string;
  /** An administrator's, which holds in every mode. */
  readonly byHand: boolean;
  /** Blocks so far, this one included; each is twice as long as the one before. */
  readonly count: number;
}

export type ProtectionChange = { readonly kind: "blocked" | "unblocked"; readonly row: BlockedRow };

/** A source that was not blocked for this long starts again with the shortest block, ms. */
const FORGIVEN_MS = 6 * 3_600_000;

/** The sources that kept failing. */
export class Blocks {
  readonly #log: Log | undefined;
  readonly #blocked = new Set<SourceRecord>();
  readonly #listeners = new Set<(change: ProtectionChange) => void>();

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  /** Latest first. */
  rows(): BlockedRow[] {
    return [...this.#blocked].map(rowOf).sort((a, b) => b.since - a.since);
  }

  records(): readonly SourceRecord[] {
    return [...this.#blocked];
  }

  onChange(listener: (change: ProtectionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the blocks whose time is over. */
  expire(now: number): void {
    for (const record of this.#blocked) if (record.block!.until <= now) this.lift(record);
  }

  has(record: SourceRecord, now: number): boolean {
    if (record.block && record.block.until <= now) this.lift(record);
    return record.block !== undefined;
  }

  /** Counts a failure, and blocks the source when it was one too many. */
  add(record: SourceRecord, what: Failure, rules: ProtectionRules, now: number): void {
    if (this.has(record, now) || rules.mode === "off") return;
    record.points = faded(record.points, now - record.pointsAtMs) + FAILURES[what].points;
    record.pointsAtMs = now;
    record.failures.set(what, (record.failures.get(what) ?? 0) + 1);
    if (record.points >= rules.threshold) this.#block(record, rules, now);
  }

  /** An administrator's block takes the place of another one, and counts for none. */
  byHand(record: SourceRecord, until: number, why: string, now: number): void {
    this.lift(record);
    record.block = { since: now, until, why, byHand: true };
    this.#blocked.add(record);
    this.#log?.warn("source blocked by hand", {
      source: record.network,
      why,
      seconds: Math.round((until - now) / 1000),
    });
    this.#tell({ kind: "blocked", row: rowOf(record) });
  }

  lift(record: SourceRecord): void {
    if (!record.block) return;
    const row = rowOf(record);
    record.lastBlockEndedMs = record.block.until;
    record.block = undefined;
    this.#blocked.delete(record);
    this.#tell({ kind: "unblocked", row });
  }

  #block(record: SourceRecord, rules: ProtectionRules, now: number): void {
    if (now - record.lastBlockEndedMs > FORGIVEN_MS) record.blocks = 0;
    const ms = Math.min(rules.lastBlockMs, rules.firstBlockMs * 2 ** Math.min(record.blocks, 30));
    record.blocks++;
    record.block = { since: now, until: now + ms, why: whyOf(record), byHand: false };
    record.points = 0;
    record.failures.clear();
    this.#blocked.add(record);
    const event = rules.mode === "block" ? "source blocked" : "source would be blocked";
    this.#log?.warn(event, { source: record.network, why: record.block.why, seconds: Math.round(ms / 1000) });
    this.#tell({ kind: "blocked", row: rowOf(record) });
  }

  #tell(change: ProtectionChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** "12 × malformed TLS, 3 × over a limit": what weighed most comes first. */
function whyOf({ failures }: SourceRecord): string {
  const weight = ([what, count]: [Failure, number]) => FAILURES[what].points * count;
  return [...failures]
    .sort((a, b) => weight(b) - weight(a))
    .map(([what, count]) => `${count} × ${FAILURES[what].text}`)
    .join(", ");
}

function rowOf({ network, block, blocks }: SourceRecord): BlockedRow {
  return { source: network, ...block!, count: blocks };
}
