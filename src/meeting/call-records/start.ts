import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Alarms } from "#alarms";
import { type Clock, type Log, type Scope, textOf } from "#base";
import type { CallControl, CallRecord } from "#call-bridge";
import type { EventLog } from "#event-log";
import type { Storage, StoredObject } from "#storage";
import { describeRecord } from "./describe.ts";
import { fail } from "./errors.ts";
import { readJournal } from "./outbox/journal.ts";
import { createPost } from "./post.ts";
import { Receiver } from "./receiver.ts";

export interface CallRecordsOptions {
  readonly storage: Pick<Storage, "list" | "onChange">;
  readonly calls: Pick<CallControl, "onRecord">;
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Log;
  /** UUID of this Call Bridge. */
  readonly hostId: string;
  /** For the queues. */
  readonly folder: string;
  /** Certificates (PEM) of authorities that receivers may have besides the system's. */
  readonly ca?: string;
  /** Records that may wait for one receiver. */
  readonly most?: number;
  readonly firstRetryMs?: number;
}

export interface CallRecords {
  /** What the next record will have: `cdrCorrelatorIndex` of system/status. */
  correlatorIndex(): number;
  /** Records that wait, by receiver. */
  waiting(): readonly { readonly noun: string; readonly id: string; readonly waiting: number }[];
  /** Resolves when all that wait are on the disk, or have failed to get there. */
  flushed(): Promise<void>;
}

const NOUNS = ["cdrReceiver", "webhook"] as const;
const MOST = 10_000;
/** Receivers that another process on the same storage changed are noticed so late. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Sends a record of each call and call leg to the CDR receivers and webhooks in the storage, as they are at that moment.
 * Rejects with CALL_RECORDS_UNREADABLE, or as the storage does.
 */
export async function startCallRecords(scope: Scope, options: CallRecordsOptions): Promise<CallRecords> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 }).catch(unreadable(options.folder));
  const receivers = new Receivers(scope, options);
  await receivers.load();
  await receivers.removeStrays();
  const stops = [
    options.storage.onChange((changes) => {
      if (changes.some(({ noun }) => isReceiver(noun))) receivers.loadSoon();
    }),
    options.calls.onRecord((record) => receivers.take(record)),
  ];
  scope.defer(() => {
    for (const stop of stops) stop();
  });
  scope.every(LOOK_AGAIN_MS, () => receivers.loadSoon());
  return receivers;
}

function isReceiver(noun: string): boolean {
  return NOUNS.some((one) => one === noun);
}

class Receivers implements CallRecords {
  readonly #scope: Scope;
  readonly #options: CallRecordsOptions;
  readonly #post: ReturnType<typeof createPost>;
  readonly #byId = new Map<string, { readonly noun: string; readonly receiver: Receiver }>();
  #next = 0;
  #loading: Promise<void> = Promise.resolve();

  constructor(scope: Scope, options: CallRecordsOptions) {
    this.#scope = scope;
    this.#options = options;
    this.#post = createPost(scope, options.ca);
  }

  correlatorIndex(): number {
    return this.#next;
  }

  waiting() {
    return [...this.#byId].map(([id, { noun, receiver }]) => ({ noun, id, waiting: receiver.waiting }));
  }

  async flushed(): Promise<void> {
    await this.#loading;
    await Promise.all([...this.#byId.values()].map(({ receiver }) => receiver.flushed()));
  }

  take(record: CallRecord): void {
    const item = { id: randomUUID(), correlatorIndex: this.#next++, description: describeRecord(record) };
    for (const { receiver } of this.#byId.values()) receiver.take(item);
  }

  loadSoon(): void {
    this.#loading = this.#loading
      .then(() => (this.#scope.closed ? undefined : this.load()))
      .catch((error: unknown) => {
        this.#options.log.warn("receivers of call records cannot be read", { why: textOf(error) });
      });
  }

  /** Makes the receivers those of the storage. One call at a time. */
  async load(): Promise<void> {
    const wanted = new Map<string, { readonly object: StoredObject; readonly number: number }>();
    for (const noun of NOUNS) {
      const { objects } = await this.#options.storage.list(noun);
      objects.forEach((object, i) => {
        if (object.fields.enabled !== false) wanted.set(object.id, { object, number: i + 1 });
      });
    }
    for (const [id, { receiver }] of this.#byId)
      if (!wanted.has(id)) {
        this.#byId.delete(id);
        await receiver.remove();
      }
    for (const [id, { object, number }] of wanted) {
      const known = this.#byId.get(id);
      if (known) known.receiver.change(object, number);
      else await this.#add(object, number);
    }
  }

  /** Queues of receivers that were removed while this process did not run. */
  async removeStrays(): Promise<void> {
    const { folder } = this.#options;
    for (const name of await readdir(folder).catch(unreadable(folder))) {
      const id = /^(?:cdrReceiver|webhook)-([0-9a-f-]{36})\.jsonl(?:\.new)?$/.exec(name)?.[1];
      if (id && !this.#byId.has(id)) await rm(join(folder, name), { force: true });
    }
  }

  async #add(object: StoredObject, number: number): Promise<void> {
    const { folder, most = MOST } = this.#options;
    const file = join(folder, `${object.noun}-${object.id}.jsonl`);
    const state = await readJournal(file).catch(unreadable(folder));
    if (this.#scope.closed) return;
    this.#next = Math.max(this.#next, state.lastCorrelator + 1);
    const options = { ...this.#options, file, state, most, post: this.#post };
    this.#byId.set(object.id, {
      noun: object.noun,
      receiver: new Receiver(this.#scope.child(), object, number, options),
    });
  }
}

function unreadable(folder: string): (error: unknown) => never {
  return (error) => {
    throw fail("CALL_RECORDS_UNREADABLE", { folder, why: textOf(error) }, error);
  };
}
