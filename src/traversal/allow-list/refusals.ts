import type { Clock, Log } from "#base";
import { ruleText } from "./decide.ts";
import { type Ask, type Rule, urlOf } from "./rule.ts";

export interface RefusalRow {
  /** The latest time, milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Without its query, which may hold secrets. */
  readonly url: string;
  /** IP address of who asked. */
  readonly source: string;
  readonly traceId: string;
  readonly reason: string;
  /** The rule that came nearest, as text. */
  readonly nearest: string | undefined;
  /** The same source, method, URL and reason, so often while it is in the list. */
  readonly count: number;
}

/** Who asked. */
export interface From {
  readonly source: string | undefined;
  readonly traceId: string;
}

interface Kept {
  row: RefusalRow;
  loggedAt: number;
  /** Since the last line. */
  unlogged: number;
}

const KEPT = 100;
/** A request line may have 64 KB. */
const URL_LENGTH = 500;
/** The same refusal has at most a line in this time, ms. */
const SAME_MS = 1000;
/** Strangers can make refusals that differ; the list and the counters have them all. */
const LINES_PER_SECOND = 10;

/** The last refusals, for the page, and their lines in the log. */
export class Refusals {
  /** By what is the same about them; the latest is the last. */
  readonly #kept = new Map<string, Kept>();
  readonly #clock: Clock;
  readonly #log: Log;
  #second = { start: 0, lines: 0 };

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  add(ask: Ask, reason: string, nearest: Rule | undefined, { source = "", traceId }: From): void {
    const at = this.#clock.now();
    const url = urlOf(ask).slice(0, URL_LENGTH);
    const key = [source, ask.method, url, reason].join("\n");
    const before = this.#kept.get(key);
    const count = (before?.row.count ?? 0) + 1;
    const kept: Kept = {
      row: { at, method: ask.method, url, source, traceId, reason, nearest: nearest && ruleText(nearest), count },
      loggedAt: before?.loggedAt ?? Number.NEGATIVE_INFINITY,
      unlogged: (before?.unlogged ?? 0) + 1,
    };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    this.#write(kept, at);
  }

  /** Latest first. */
  rows(): RefusalRow[] {
    return [...this.#kept.values()].map(({ row }) => row).reverse();
  }

  #write(kept: Kept, now: number): void {
    if (now - kept.loggedAt < SAME_MS) return;
    if (now - this.#second.start >= 1000) this.#second = { start: now, lines: 0 };
    if (++this.#second.lines > LINES_PER_SECOND) return;
    const { at: _at, traceId: trace, count: _count, ...fields } = kept.row;
    this.#log.warn("allow list refused a request", { ...fields, trace, count: kept.unlogged });
    kept.loggedAt = now;
    kept.unlogged = 0;
  }
}
