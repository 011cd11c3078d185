import { readFileSync } from "node:fs";
import { z } from "zod";
import type { TurnpikeError } from "#base";
import { writeSecretFile } from "../secret-file.ts";
import { waitMs } from "./schedule.ts";

/**
 * However wrong this machine's clock is, or whatever the server issues: the same order is not made anew sooner than this by
 * itself, ms. Public authorities issue five equal certificates in a week.
 */
const SAME_ORDER_MS = 36 * 3_600_000;

const progress = z.object({
  /** The last order that was fulfilled: of what, and when. */
  issued: z.object({ order: z.string(), at: z.number() }).optional(),
  failed: z
    .object({
      order: z.string(),
      /** In a row. */
      failures: z.int().min(1),
      nextTryAt: z.number(),
      code: z.string(),
      text: z.string(),
      remedy: z.string(),
      at: z.number(),
    })
    .optional(),
});

export type AcmeFailed = NonNullable<z.output<typeof progress>["failed"]>;

/**
 * How ordering went, kept in a file: a role that is restarted again and again must not ask again and again, or the ACME server
 * shuts it out for a week.
 */
export class Progress {
  readonly #file: string;
  /** What is asked for: another directory or other names are another matter. */
  readonly #order: string;
  #kept: z.output<typeof progress>;

  constructor(file: string, order: string, now: number) {
    this.#file = file;
    this.#order = order;
    const { issued, failed } = read(file);
    // What is from the future was written under a wrong clock.
    const holds = (one: { readonly order: string; readonly at: number } | undefined) =>
      one?.order === order && one.at <= now;
    this.#kept = { ...(holds(issued) && { issued }), ...(holds(failed) && { failed }) };
  }

  get failed(): AcmeFailed | undefined {
    return this.#kept.failed;
  }

  /** Until when to leave the server alone. */
  get nextTryAt(): number {
    const { failed, issued } = this.#kept;
    return failed?.nextTryAt ?? (issued ? issued.at + SAME_ORDER_MS : 0);
  }

  /** `askedMs` is how long the server wants to be left alone. */
  failure({ code, message: text, remedy }: TurnpikeError, askedMs: number, now: number): void {
    const failures = (this.#kept.failed?.failures ?? 0) + 1;
    const nextTryAt = Math.round(now + waitMs(failures, askedMs, Math.random()));
    this.#kept = { ...this.#kept, failed: { order: this.#order, failures, nextTryAt, code, text, remedy, at: now } };
    this.#keep();
  }

  success(now: number): void {
    this.#kept = { issued: { order: this.#order, at: now } };
    this.#keep();
  }

  /** A disk that is full is told where the certificate is written. */
  #keep(): void {
    try {
      writeSecretFile(this.#file, `${JSON.stringify(this.#kept)}\n`);
    } catch {}
  }
}

function read(file: string): z.output<typeof progress> {
  try {
    return progress.safeParse(JSON.parse(readFileSync(file, "utf8"))).data ?? {};
  } catch {
    return {};
  }
}
