import type { Alarms } from "#alarms";
import { type Log, type Scope, textOf } from "#base";
import type { EventEntry, EventQuery } from "../contract.ts";
import { limitOf, matcher } from "../match.ts";
import { linesBackwards } from "./backwards.ts";
import { decodeEntry } from "./entry-line.ts";
import type { LogFiles } from "./log-files.ts";

/** Lines that wait for the disk, at most: about 5 MB. */
const MOST_WAITING = 5000;
const BATCH = 500;
const RETRY_MS = 5000;
/** A clock that was set back by more than this hides older lines from a query with `from`. */
const CLOCK_STEP_MS = 3_600_000;

export interface StoreOptions {
  readonly files: LogFiles;
  readonly folder: string;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly retryMs?: number;
}

/**
 * Takes lines at once and writes them to the files behind the writer's back, in order. While the disk refuses them, the
 * latest 5000 wait in memory, where queries find them too.
 */
export class Store {
  readonly #scope: Scope;
  readonly #options: StoreOptions;
  #waiting: EventEntry[] = [];
  /** The sequence of the last line on the disk. */
  #stored: number;
  #pumping: Promise<void> | undefined;
  #failing = false;
  #closed = false;

  constructor(scope: Scope, options: StoreOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#stored = options.files.last;
    scope.own(options.files);
    scope.defer(() => this.#flush());
  }

  add(entry: EventEntry): void {
    if (this.#closed) return;
    if (this.#waiting.length >= MOST_WAITING) this.#lose();
    this.#waiting.push(entry);
    if (!this.#failing) this.#pump();
  }

  /** Latest first until there are enough, then turned round. */
  async query(query: EventQuery): Promise<readonly EventEntry[]> {
    const [limit, matches] = [limitOf(query), matcher(query)];
    const found: EventEntry[] = [];
    for await (const entry of this.#backwards(query)) {
      if (entry.sequence <= (query.after ?? 0) || entry.at < (query.from ?? 0) - CLOCK_STEP_MS) break;
      if (matches(entry)) found.push(entry);
      if (found.length >= limit) break;
    }
    return found.reverse();
  }

  /** Each entry once, by falling sequence: one may be on its way from memory to the file. */
  async *#backwards({ before = Number.POSITIVE_INFINITY }: EventQuery): AsyncGenerator<EventEntry> {
    const waiting = this.#waiting.toReversed();
    const segments = this.#options.files.segments.toReversed();
    for (const entry of waiting) if (entry.sequence < before) yield entry;
    let below = Math.min(before, waiting.at(-1)?.sequence ?? before);
    for (const segment of segments) {
      if (segment.first >= below) continue;
      for await (const entry of entriesOf(segment.file)) {
        if (entry.sequence >= below) continue;
        below = entry.sequence;
        yield entry;
      }
    }
  }

  /** The oldest two make room for one line that stands in the place of all that were lost, with the number of the last. */
  #lose(): void {
    const last = this.#waiting.splice(0, 2).at(-1)!;
    this.#waiting.unshift(this.#lostLine(last));
  }

  #lostLine({ sequence, at }: EventEntry): EventEntry {
    const text = `${sequence - this.#stored} lines of the event log are missing here: they could not be stored`;
    this.#gap = { sequence, at, level: "warning", subsystem: "general", text };
    return this.#gap;
  }

  #gap: EventEntry | undefined;

  #pump(): void {
    this.#pumping ??= this.#drain().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      try {
        this.#done(batch[(await this.#options.files.append(batch)) - 1]!.sequence);
        this.#mended();
      } catch (error) {
        this.#failed(error);
        return;
      }
    }
  }

  #done(stored: number): void {
    this.#stored = stored;
    const next = this.#waiting.findIndex((entry) => entry.sequence > stored);
    this.#waiting.splice(0, next < 0 ? this.#waiting.length : next);
    // Lines were lost while others were on their way to the disk: those are none of them.
    if (this.#gap && this.#waiting[0] === this.#gap) this.#waiting[0] = this.#lostLine(this.#gap);
  }

  #mended(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#options.log.info("event log is stored again", { folder: this.#options.folder });
    this.#options.alarms.clear("eventLogNotStored");
  }

  #failed(error: unknown): void {
    const why = (error as NodeJS.ErrnoException).code ?? textOf(error);
    const { folder, log, alarms, retryMs = RETRY_MS } = this.#options;
    if (!this.#failing) log.error("event log cannot be stored", { folder, why });
    this.#failing = true;
    alarms.raise({
      type: "eventLogNotStored",
      text: `the event log cannot be written to ${folder} (${why}); its latest lines are in memory only`,
      remedy: "make room on its disk, or check the folder's owner and permissions; it is tried again every 5 s",
    });
    this.#scope.after(retryMs, () => this.#pump());
  }

  /** The scope is closing: what waits is written, or lost with the process. */
  async #flush(): Promise<void> {
    await this.#pumping;
    if (this.#waiting.length > 0) await this.#drain();
    this.#closed = true;
  }
}

/** Last first. */
async function* entriesOf(file: string): AsyncGenerator<EventEntry> {
  for await (const lines of linesBackwards(file))
    for (const line of lines) {
      const entry = decodeEntry(line);
      if (entry) yield entry;
    }
}
