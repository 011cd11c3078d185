import type { Scope } from "#base";
import type { Item, QueueState } from "./item.ts";
import { QueueFile } from "./queue-file.ts";

const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 60_000;

export interface Delivery {
  readonly session: string;
  /** In their order; the first of them comes after `missing` that were dropped. */
  readonly items: readonly Item[];
  readonly missing: number;
  /** Aborted when the queue closes. */
  readonly signal: AbortSignal;
}

export interface OutboxOptions {
  readonly file: string;
  readonly state: QueueState;
  /** Items in one delivery. */
  readonly batch: number;
  /** Items that may wait; the oldest are dropped. */
  readonly most: number;
  /** Rejects if it was not taken: the same comes again later. */
  readonly deliver: (delivery: Delivery) => Promise<void>;
  readonly onDelivered: () => void;
  readonly onFailed: (error: unknown) => void;
  readonly onFileTrouble: (error: unknown) => void;
  readonly random?: () => number;
  /** The first wait after a failure, in milliseconds. */
  readonly firstRetryMs?: number;
}

/** A queue to one receiver: in order, each at least once, kept on disk, bounded. */
export class Outbox {
  readonly #scope: Scope;
  readonly #options: OutboxOptions;
  readonly #file: QueueFile;
  #items: Item[];
  #last: number;
  #done: number;
  #lastCorrelator: number;
  #failures = 0;
  #wake = Promise.withResolvers<void>();

  constructor(scope: Scope, options: OutboxOptions) {
    this.#scope = scope;
    this.#options = options;
    const { items, last, done, lastCorrelator } = options.state;
    this.#items = [...items];
    this.#last = last;
    this.#done = done;
    this.#lastCorrelator = lastCorrelator;
    const { file, onFileTrouble } = options;
    this.#file = new QueueFile(scope, { file, state: () => this.#state(), onTrouble: onFileTrouble });
    const running = this.#run();
    scope.defer(() => {
      this.#wake.resolve();
      return running;
    });
  }

  get waiting(): number {
    return this.#items.length;
  }

  push(item: Omit<Item, "index">): void {
    if (this.#items.length >= this.#options.most) this.#file.note({ drop: this.#items.shift()!.index });
    this.#last++;
    this.#lastCorrelator = item.correlatorIndex;
    const numbered = { index: this.#last, ...item };
    this.#items.push(numbered);
    this.#file.note({ item: numbered });
    if (this.#failures === 0) this.#wake.resolve();
  }

  /** Its receiver has changed: what waits need not wait longer. */
  retryNow(): void {
    this.#failures = 0;
    this.#wake.resolve();
  }

  /** Resolves when what was pushed is on the disk, or has failed to get there. */
  flushed(): Promise<void> {
    return this.#file.flushed();
  }

  /** Its receiver is no more: so is its file. */
  async remove(): Promise<void> {
    await this.#scope.close();
    await this.#file.remove();
  }

  async #run(): Promise<void> {
    while (!this.#scope.closed) {
      if (this.#items.length > 0 && (await this.#deliverOnce())) continue;
      const retry = this.#failures > 0 ? this.#scope.every(this.#delay(), () => this.#wake.resolve()) : undefined;
      await this.#wake.promise;
      retry?.cancel();
      this.#wake = Promise.withResolvers();
    }
  }

  /** False if it failed. */
  async #deliverOnce(): Promise<boolean> {
    const items = this.#items.slice(0, this.#options.batch);
    try {
      const missing = items[0]!.index - this.#done - 1;
      const { session } = this.#options.state;
      await this.#options.deliver({ session, items, missing, signal: this.#scope.signal });
    } catch (error) {
      if (this.#scope.closed) return false;
      this.#failures++;
      this.#options.onFailed(error);
      return false;
    }
    this.#failures = 0;
    this.#done = items.at(-1)!.index;
    const next = this.#items.findIndex(({ index }) => index > this.#done);
    this.#items.splice(0, next < 0 ? this.#items.length : next);
    this.#file.note({ done: this.#done });
    this.#options.onDelivered();
    return true;
  }

  #delay(): number {
    const { firstRetryMs = FIRST_RETRY_MS, random = Math.random } = this.#options;
    const full = Math.min(MOST_RETRY_MS, firstRetryMs * 2 ** Math.min(this.#failures - 1, 10));
    return (full * (1 + random())) / 2;
  }

  #state(): QueueState {
    const { session } = this.#options.state;
    const [last, done, lastCorrelator] = [this.#last, this.#done, this.#lastCorrelator];
    return { session, last, done, lastCorrelator, items: [...this.#items] };
  }
}
