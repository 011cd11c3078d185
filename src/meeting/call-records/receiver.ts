import type { Alarms } from "#alarms";
import { type Clock, type Log, type Scope, TurnpikeError, textOf } from "#base";
import type { EventLog } from "#event-log";
import type { StoredObject } from "#storage";
import { Refusal } from "./errors.ts";
import type { Item, QueueState } from "./outbox/item.ts";
import { type Delivery, Outbox } from "./outbox/outbox.ts";
import type { Post } from "./post.ts";
import { parseTarget, type Target } from "./target.ts";
import { wants, webhookParcel } from "./webhook.ts";
import { recordsXml } from "./xml.ts";

export interface ReceiverOptions {
  readonly file: string;
  readonly state: QueueState;
  readonly post: Post;
  readonly alarms: Alarms;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostId: string;
  /** Records that may wait. */
  readonly most: number;
  readonly firstRetryMs?: number;
}

/** What of a receiver may change while it lives. */
interface Settings {
  /** Its place in the list, from 1. */
  readonly number: number;
  readonly target: Target;
  readonly events: string;
  readonly secret: string | undefined;
}

/** Records in one POST to a CDR receiver. */
const BATCH = 50;

/** One CDR receiver or webhook, with its queue, its lines in the event log and its alarm. */
export class Receiver {
  readonly #noun: "cdrReceiver" | "webhook";
  readonly #id: string;
  readonly #options: ReceiverOptions;
  readonly #outbox: Outbox;
  #settings: Settings;
  #state: "unknown" | "up" | "down" = "unknown";

  constructor(scope: Scope, object: StoredObject, number: number, options: ReceiverOptions) {
    this.#noun = object.noun === "webhook" ? "webhook" : "cdrReceiver";
    this.#id = object.id;
    this.#options = options;
    this.#settings = settingsOf(object, number);
    const { file, state, most, firstRetryMs } = options;
    this.#outbox = new Outbox(scope, {
      file,
      state,
      most,
      batch: this.#noun === "webhook" ? 1 : BATCH,
      deliver: (delivery) => this.#deliver(delivery),
      onDelivered: () => this.#up(),
      onFailed: (error) => this.#down(error),
      onFileTrouble: (error) => this.#fileTrouble(error),
      ...(firstRetryMs === undefined ? {} : { firstRetryMs }),
    });
  }

  get waiting(): number {
    return this.#outbox.waiting;
  }

  take(item: Omit<Item, "index">): void {
    if (wants(this.#settings.events, item.description.type)) this.#outbox.push(item);
  }

  /** Its object has been read again. */
  change(object: StoredObject, number: number): void {
    const before = this.#settings;
    this.#settings = settingsOf(object, number);
    if (JSON.stringify(before) !== JSON.stringify(this.#settings)) this.#outbox.retryNow();
  }

  flushed(): Promise<void> {
    return this.#outbox.flushed();
  }

  async remove(): Promise<void> {
    await this.#outbox.remove();
    this.#options.alarms.clear(this.#alarm, this.#subject);
    this.#options.alarms.clear("callRecordsNotStored", this.#subject);
  }

  get #alarm(): string {
    return this.#noun === "webhook" ? "webhookFailure" : "cdrConnectionFailure";
  }

  get #subject() {
    return { noun: this.#noun, id: this.#id };
  }

  /** "CDR receiver 2" */
  get #name(): string {
    return `${this.#noun === "webhook" ? "webhook" : "CDR receiver"} ${this.#settings.number}`;
  }

  async #deliver({ session, items, missing, signal }: Delivery): Promise<void> {
    const { post, hostId: callBridge, clock } = this.#options;
    const { target, secret } = this.#settings;
    if (this.#noun === "webhook") {
      const parcel = webhookParcel(items[0]!, { callBridge, session, missing }, secret, clock.now());
      const status = await post(target, parcel, signal);
      if (status < 200 || status > 299) throw new Refusal(target.where, status, "200 to 299");
      return;
    }
    const body = recordsXml({ session, callBridge }, items, missing);
    const status = await post(target, { headers: { "content-type": "text/xml" }, body }, signal);
    if (status !== 200) throw new Refusal(target.where, status, "200");
  }

  #up(): void {
    if (this.#state === "up") return;
    this.#state = "up";
    this.#options.events.write("info", `successfully connected to ${this.#name}`);
    this.#options.alarms.clear(this.#alarm, this.#subject);
  }

  #down(error: unknown): void {
    const { alarms, events, log } = this.#options;
    const { where } = this.#settings.target;
    if (this.#state !== "down") {
      events.write("warning", this.#troubleLine(error));
      log.warn("receiver takes no call records", { noun: this.#noun, id: this.#id, where, why: textOf(error) });
    }
    this.#state = "down";
    alarms.raise({
      type: this.#alarm,
      subject: this.#subject,
      failureReason: failureReason(error),
      text: `${this.#name}: ${textOf(error)}`,
      remedy: error instanceof TurnpikeError ? error.remedy : "see the log of the meeting server",
    });
  }

  #troubleLine(error: unknown): string {
    const { where } = this.#settings.target;
    if (error instanceof Refusal) return `${this.#name} (${where}) refused records (HTTP status ${error.status})`;
    return `unable to connect to ${this.#name} (${where})`;
  }

  #fileTrouble(error: unknown): void {
    const { alarms, file } = this.#options;
    if (error === undefined) {
      alarms.clear("callRecordsNotStored", this.#subject);
      return;
    }
    const why = (error as NodeJS.ErrnoException).code ?? textOf(error);
    alarms.raise({
      type: "callRecordsNotStored",
      subject: this.#subject,
      text: `the queue of ${this.#name} cannot be written to ${file} (${why})`,
      remedy: "make room on its disk, or check the folder's owner and permissions; it is tried again every 10 s",
    });
  }
}

function settingsOf({ fields }: StoredObject, number: number): Settings {
  const target = parseTarget(String(fields.url ?? fields.uri ?? ""));
  const secret = typeof fields.secret === "string" ? fields.secret : undefined;
  return { number, target, events: String(fields.events ?? ""), secret };
}

/** The CMS's words. */
function failureReason(error: unknown): string {
  if (error instanceof Refusal) return refusalReason(error.status);
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return cause === "ENOTFOUND" || cause === "EAI_AGAIN" ? "dnsFailure" : "connectFailure";
}

function refusalReason(status: number): string {
  if (status === 401 || status === 403) return "authenticationFailure";
  if (status === 503) return "serviceUnavailable";
  return status >= 500 ? "internalServerError" : "error";
}
