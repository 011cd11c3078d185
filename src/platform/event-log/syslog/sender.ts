import type { Alarms } from "#alarms";
import { type Log, Scope, textOf } from "#base";
import type { EventEntry } from "../contract.ts";
import type { Transport } from "./transport.ts";

const MOST_WAITING = 5000;
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 60_000;
/** A way that lasted so long was a good one: the next failure is the first again. */
const GOOD_MS = 10_000;
/** UDP learns of a refusal after it has sent; so long without one counts as delivered. */
const SETTLE_MS = 2000;
/** What closing waits for the lines that are left. */
const GRACE_MS = 1000;

export interface SenderOptions {
  /** "host:port", for alarms and logs. */
  readonly name: string;
  readonly open: () => Promise<Transport>;
  readonly encode: (entry: EventEntry) => Buffer;
  readonly alarms: Alarms;
  readonly log: Log;
  readonly random?: () => number;
}

/** Sends lines to one syslog server in order, from a bounded queue; the writer of a line never waits for it. */
export class SyslogSender {
  readonly #scope: Scope;
  readonly #options: SenderOptions;
  #waiting: EventEntry[] = [];
  #dropped = 0;
  #failures = 0;
  #wake = Promise.withResolvers<void>();

  constructor(scope: Scope, options: SenderOptions) {
    this.#scope = scope;
    this.#options = options;
    const running = this.#run();
    scope.defer(() => this.#finish(running));
  }

  add(entry: EventEntry): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
    this.#waiting.push(entry);
    this.#wake.resolve();
  }

  /** The last lines leave if the server takes them at once. */
  async #finish(running: Promise<void>): Promise<void> {
    this.#wake.resolve();
    await using grace = new Scope();
    await Promise.race([running, grace.sleep(GRACE_MS).catch(() => {})]);
  }

  async #run(): Promise<void> {
    while (!this.#scope.closed) {
      const why = await this.#connection().catch(textOf);
      if (this.#scope.closed) return;
      this.#failed(why);
      this.#failures++;
      await this.#scope.sleep(this.#delay()).catch(() => {});
    }
  }

  /** One way from its opening to its end; resolves with the reason. */
  async #connection(): Promise<string> {
    const transport = await this.#options.open();
    const good = this.#scope.every(GOOD_MS, () => {
      this.#failures = 0;
    });
    const settled = this.#scope.every(SETTLE_MS, () => this.#mended(settled));
    let gone: string | undefined;
    void transport.gone.then((why) => {
      gone = why;
      this.#wake.resolve();
    });
    try {
      while (gone === undefined) {
        await this.#drain(transport, () => gone !== undefined);
        if (this.#scope.closed) return "closed";
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
      return gone;
    } finally {
      good.cancel();
      settled.cancel();
      await transport.close();
    }
  }

  async #drain(transport: Transport, gone: () => boolean): Promise<void> {
    while (this.#waiting.length > 0 && !gone()) {
      if (this.#dropped > 0) await this.#sayDropped(transport);
      const entry = this.#waiting[0]!;
      await transport.send(this.#options.encode(entry));
      // While it was on its way, the queue may have dropped it to make room.
      if (this.#waiting[0] === entry) this.#waiting.shift();
    }
  }

  async #sayDropped(transport: Transport): Promise<void> {
    const { sequence, at } = this.#waiting[0]!;
    const dropped = this.#dropped;
    const text = `${dropped} lines were not sent to this syslog server: they came while it could not be reached`;
    await transport.send(this.#options.encode({ sequence, at, level: "warning", subsystem: "general", text }));
    this.#dropped -= dropped;
  }

  #delay(): number {
    const full = Math.min(MOST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.#failures - 1, 10));
    return (full * (1 + (this.#options.random ?? Math.random)())) / 2;
  }

  #failed(why: string): void {
    const { name, log, alarms } = this.#options;
    if (this.#failures === 0) log.warn("syslog server cannot be reached", { server: name, why });
    alarms.raise({
      type: "syslogUndeliverable",
      subject: { noun: "host", id: name },
      failureReason: /\b(ENOTFOUND|EAI_AGAIN)\b/.test(why) ? "dnsFailure" : "connectFailure",
      text: `the syslog server ${name} cannot be reached (${why})`,
      remedy: "check its address, port, transport and certificate in eventLog.syslog, and the firewalls in between",
    });
  }

  #mended(timer: { cancel(): void }): void {
    timer.cancel();
    this.#options.alarms.clear("syslogUndeliverable", { noun: "host", id: this.#options.name });
  }
}
