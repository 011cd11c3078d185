import type { EventEntry, EventLog, EventQuery } from "./contract.ts";
import { matcher } from "./match.ts";

/** Lines that one reader may be behind. */
const MOST_WAITING = 1000;

/**
 * The lines that match, as they come, until `signal` aborts. With `after` or `limit` it begins with those already there
 * (the latest 5000 at most); a reader that comes back gives the last sequence it saw as `after`. A reader that is 1000
 * lines behind is cut off: its iteration ends.
 */
export async function* eventStream(
  events: EventLog,
  signal: AbortSignal,
  query: EventQuery = {},
): AsyncGenerator<EventEntry, void> {
  const live = new Waiting(matcher(query));
  const stop = events.follow((entry) => live.add(entry));
  const end = () => live.end();
  signal.addEventListener("abort", end, { once: true });
  try {
    if (signal.aborted) return;
    let last = query.after ?? 0;
    for (const entry of await backlog(events, query)) {
      if (signal.aborted) return;
      last = entry.sequence;
      yield entry;
    }
    for (;;) {
      const entry = await live.next();
      if (!entry || signal.aborted) return;
      if (entry.sequence > last) yield entry;
    }
  } finally {
    signal.removeEventListener("abort", end);
    stop();
  }
}

function backlog(events: EventLog, query: EventQuery): Promise<readonly EventEntry[]> {
  if (query.after !== undefined) return events.query({ limit: 5000, ...query });
  return query.limit === undefined ? Promise.resolve([]) : events.query(query);
}

/** Lines between the log, which never waits, and the reader. */
class Waiting {
  readonly #matches: (entry: EventEntry) => boolean;
  readonly #entries: EventEntry[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  constructor(matches: (entry: EventEntry) => boolean) {
    this.#matches = matches;
  }

  add(entry: EventEntry): void {
    if (this.#ended || !this.#matches(entry)) return;
    if (this.#entries.length >= MOST_WAITING) this.end();
    else this.#entries.push(entry);
    this.#wake.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  /** The next one, or undefined after the last one before the end. */
  async next(): Promise<EventEntry | undefined> {
    for (;;) {
      const entry = this.#entries.shift();
      if (entry || this.#ended) return entry;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }
}
