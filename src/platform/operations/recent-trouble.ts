import type { EventEntry, EventLog } from "#event-log";

/** Lines on Status > General. */
const MOST = 20;

/**
 * The latest warnings and errors. The page asks every two seconds, and in a long log they may be far back: after the
 * first time only the lines that are new are read.
 */
export class RecentTrouble {
  readonly #events: EventLog;
  /** Oldest first. */
  #entries: readonly EventEntry[] = [];
  #seen = 0;
  #reading: Promise<void> | undefined;

  constructor(events: EventLog) {
    this.#events = events;
  }

  /** Latest first; what was known before, if the log cannot be read: an alarm tells of that. */
  async read(): Promise<readonly EventEntry[]> {
    this.#reading ??= this.#readNew().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading.catch(() => {});
    return [...this.#entries].reverse();
  }

  async #readNew(): Promise<void> {
    const latest = (await this.#events.query({ limit: 1 })).at(-1)?.sequence ?? 0;
    if (latest <= this.#seen) return;
    const fresh = await this.#events.query({ levels: ["warning", "error"], limit: MOST, after: this.#seen });
    this.#entries = [...this.#entries, ...fresh].slice(-MOST);
    this.#seen = Math.max(latest, fresh.at(-1)?.sequence ?? 0);
  }
}
