import type { Scope } from "#base";
import type { QueueState } from "./item.ts";
import { type Entry, JournalFile } from "./journal.ts";

/** The file is written afresh when it has so many more lines than twice what waits. */
const SPARE_LINES = 1000;
const RETRY_MS = 10_000;

export interface QueueFileOptions {
  readonly file: string;
  /** The queue as it is now. */
  readonly state: () => QueueState;
  /** Told of each failure, and `undefined` when the file is whole again. */
  readonly onTrouble: (error: unknown) => void;
  readonly retryMs?: number;
}

/** Keeps a queue's file up to date behind the queue's back. After a failure the whole state is written anew. */
export class QueueFile {
  readonly #scope: Scope;
  readonly #options: QueueFileOptions;
  readonly #journal: JournalFile;
  #entries: Entry[] = [];
  /** What the file says is not what the queue is, beyond `#entries`. */
  #stale = true;
  #removed = false;
  #pumping: Promise<void> | undefined;
  #retry: { cancel(): void } | undefined;

  constructor(scope: Scope, options: QueueFileOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#journal = new JournalFile(options.file);
    scope.defer(async () => {
      await this.flushed();
      await this.#journal.close().catch(() => {});
    });
    this.#pump();
  }

  note(entry: Entry): void {
    if (!this.#stale) this.#entries.push(entry);
    if (!this.#retry) this.#pump();
  }

  /** Resolves when what was noted is on the disk, or has failed to get there. */
  async flushed(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }

  async remove(): Promise<void> {
    this.#removed = true;
    await this.flushed();
    await this.#journal.remove();
  }

  #pump(): void {
    this.#pumping ??= this.#write().finally(() => {
      this.#pumping = undefined;
    });
  }

  async #write(): Promise<void> {
    try {
      while (!this.#removed && (this.#stale || this.#entries.length > 0)) await this.#writeSome();
    } catch (error) {
      this.#stale = true;
      this.#entries = [];
      this.#options.onTrouble(error);
      this.#retry = this.#scope.every(this.#options.retryMs ?? RETRY_MS, () => this.#tryAgain());
    }
  }

  async #writeSome(): Promise<void> {
    const entries = this.#entries;
    const state = this.#options.state();
    this.#entries = [];
    if (!this.#stale && this.#journal.lines < SPARE_LINES + 2 * state.items.length)
      return this.#journal.append(entries);
    const wasStale = this.#stale;
    this.#stale = false;
    await this.#journal.rewrite(state);
    if (wasStale) this.#options.onTrouble(undefined);
  }

  #tryAgain(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#pump();
  }
}
