import { mkdirSync } from "node:fs";
import { appendFile, chown, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Clock, type Log, RateLimit, type Scope, textOf } from "#base";
import type { AdminRole } from "./contract.ts";

export interface AuditEntry {
  /** Grows; microseconds since 1970 of when it was written, or one more than the entry before. */
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly what: "signed in" | "signed out" | "session ended" | "sign-in refused" | "changed";
  /** Who it was, or with which name it was tried. */
  readonly who: string;
  readonly role?: AdminRole;
  readonly via?: "session" | "basic" | "control socket" | "command line";
  readonly from: string;
  readonly method?: string;
  /** Without its query. */
  readonly path?: string;
  /** HTTP status of the answer. */
  readonly status?: number;
  readonly why?: string;
}

export type AuditFacts = Omit<AuditEntry, "id" | "at">;

const EVENTS = {
  "signed in": "administrator signed in",
  "signed out": "administrator signed out",
  "session ended": "session of an administrator ended",
  "sign-in refused": "sign-in to the administration refused",
} as const;

/** Bytes of a file, and how many are kept: `audit.log`, `audit.log.1` to `.4`. */
const MAX_BYTES = 10 * 1024 * 1024;
const FILES = 5;
/** Refused sign-ins in an hour: an attacker must not wash the changes out of the files. */
const MAX_REFUSED = 500;
const MAX_TEXT = 300;

/** Who signed in, and who changed what from where: JSON lines in files that are rotated. Never a secret, no bodies. */
export class AuditTrail {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #maxBytes: number;
  readonly #refused: RateLimit;
  #lastId = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    file: string,
    { clock, log, maxBytes = MAX_BYTES }: { readonly clock: Clock; readonly log: Log; readonly maxBytes?: number },
  ) {
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
    this.#maxBytes = maxBytes;
    this.#refused = new RateLimit(MAX_REFUSED, 3_600_000, clock);
  }

  add(facts: AuditFacts): void {
    const short = Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [key, typeof value === "string" ? value.slice(0, MAX_TEXT) : value]),
    );
    const at = this.#clock.now();
    // Changes are logged where they are asked for.
    if (facts.what !== "changed")
      this.#log[facts.what === "sign-in refused" ? "warn" : "info"](EVENTS[facts.what], short);
    if (facts.what === "sign-in refused" && this.#refused.take("all") > 0) return;
    this.#lastId = Math.max(this.#lastId + 1, at * 1000);
    const line = `${JSON.stringify({ id: this.#lastId, at, ...short })}\n`;
    void this.#queue(() => this.#write(line)).catch((error: unknown) =>
      this.#log.error("audit trail cannot be written", { file: this.#file, why: textOf(error) }),
    );
  }

  /** Newest first, those before the entry with the id `before`. */
  read(before: number, limit: number): Promise<readonly AuditEntry[]> {
    return this.#queue(async () => {
      const found: AuditEntry[] = [];
      for (let i = 0; i < FILES && found.length < limit; i++) {
        const text = await readFile(this.#at(i), "utf8").catch(() => "");
        for (const line of text.split("\n").toReversed()) {
          const entry = entryOf(line);
          if (entry && entry.id < before) found.push(entry);
          if (found.length === limit) break;
        }
      }
      return found;
    });
  }

  /** Resolves when all that was added is written. */
  async flush(): Promise<void> {
    await this.#queue(async () => {});
  }

  async #write(line: string): Promise<void> {
    const size = await stat(this.#file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0 && size + line.length > this.#maxBytes) await this.#rotate();
    await appendFile(this.#file, line, { mode: 0o600 });
    // What root begins on the command line, the user of the role goes on with.
    if (size === 0 && process.getuid?.() === 0) await sameOwner(dirname(this.#file), this.#file);
  }

  async #rotate(): Promise<void> {
    await rm(this.#at(FILES - 1), { force: true });
    for (let i = FILES - 2; i >= 0; i--) await rename(this.#at(i), this.#at(i + 1)).catch(() => {});
  }

  #at(i: number): string {
    return i === 0 ? this.#file : `${this.#file}.${i}`;
  }

  #queue<T>(run: () => Promise<T>): Promise<T> {
    const next = this.#last.then(run, run);
    this.#last = next.catch(() => {});
    return next;
  }
}

/** What was added is written before the scope has closed. */
export function openAuditTrail(
  scope: Scope,
  file: string,
  by: { readonly clock: Clock; readonly log: Log },
): AuditTrail {
  const trail = new AuditTrail(file, by);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  scope.defer(() => trail.flush());
  return trail;
}

async function sameOwner(folder: string, file: string): Promise<void> {
  const { uid, gid } = await stat(folder);
  await chown(file, uid, gid);
}

function entryOf(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as AuditEntry;
    return typeof entry.id === "number" ? entry : undefined;
  } catch {
    return undefined;
  }
}
