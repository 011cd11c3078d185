import type { Clock, LogLine } from "#base";
import { RingFiles, type RingLimits } from "#capture";
import type { Redaction } from "./redaction.ts";

/** The role's log lines as JSON lines, in a ring of files. */
export class LogWriter {
  readonly #ring: RingFiles;
  readonly #clock: Clock;
  readonly #redaction: Redaction;
  lines = 0;

  constructor(folder: string, limits: RingLimits, clock: Clock, redaction: Redaction) {
    this.#ring = new RingFiles({ folder, prefix: "log", suffix: ".jsonl", limits });
    this.#clock = clock;
    this.#redaction = redaction;
  }

  get dropped(): number {
    return this.#ring.dropped;
  }
  /** Why nothing is written any more. */
  get failure(): string | undefined {
    return this.#ring.failure;
  }

  add({ level, event, fields }: LogLine): void {
    const time = new Date(this.#clock.now()).toISOString();
    const { part, ...rest } = fields;
    const entry = { time, level, ...(part === undefined ? {} : { part }), event: this.#redaction.text(event) };
    const line = JSON.stringify({ ...entry, ...(this.#redaction.value(rest) as object) });
    const bytes = Buffer.from(`${line}\n`);
    if (this.#ring.isFull(bytes.length)) this.#ring.nextFile();
    if (this.#ring.write(bytes)) this.lines++;
  }

  flush(): Promise<void> {
    return this.#ring.flush();
  }

  close(): Promise<void> {
    return this.#ring.close();
  }
}
