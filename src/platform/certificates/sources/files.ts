import { TurnpikeError, textOf } from "#base";
import type { CertificateProblem, CertificateSource } from "../contract.ts";
import { fail } from "../errors.ts";
import { finishInstall } from "../install.ts";
import type { Pair } from "../issue.ts";
import { leafOf, loadPairOfAnyDate } from "../load.ts";
import { stampOf } from "../watch.ts";
import type { Source, SourceContext } from "./source.ts";

/** Whoever renews writes one file after the other: so long a pair that does not fit is not complained of, ms. */
const HALF_WRITTEN_MS = 10_000;

type Files = Extract<CertificateSource, { from: "files" }>;

/** New files that cannot be taken over; the old pair stays in use. */
interface Refused {
  readonly since: number;
  readonly error: TurnpikeError;
  readonly told: boolean;
  /** It will be good by itself then. */
  readonly goodFrom: number | undefined;
}

/** A pair in two files. They are looked at each second, and a good new pair is taken over. */
export class FilesSource implements Source {
  readonly from = "files";
  readonly file: string;
  readonly keyFile: string;
  readonly #context: SourceContext;
  #pair: Pair;
  #seen: string;
  #refused: Refused | undefined;

  /** Throws a TurnpikeError if there is no pair to serve. One that is out of date is served: pages and tunnels go on. */
  constructor({ certificate, key }: Files, context: SourceContext) {
    this.file = certificate;
    this.keyFile = key;
    this.#context = context;
    finishInstall({ certificateFile: certificate, keyFile: key });
    this.#seen = stampOf([certificate, key]);
    this.#pair = loadPairOfAnyDate(certificate, key);
  }

  pair(): Pair {
    return this.#pair;
  }

  look(): void {
    const stamp = stampOf([this.file, this.keyFile]);
    const now = this.#context.clock.now();
    if (stamp !== this.#seen || (this.#refused?.goodFrom ?? Number.POSITIVE_INFINITY) <= now) {
      this.#seen = stamp;
      this.#read(now);
    }
    if (this.#refused && !this.#refused.told && now - this.#refused.since >= HALF_WRITTEN_MS) this.#tell(this.#refused);
  }

  async renewNow(): Promise<void> {
    this.#read(this.#context.clock.now());
    if (!this.#refused) return;
    this.#tell(this.#refused);
    throw this.#refused.error;
  }

  problems(): readonly CertificateProblem[] {
    if (!this.#refused?.told) return [];
    const { error } = this.#refused;
    return [{ code: "file-bad", text: `the new files are not used: ${error.message}`, remedy: error.remedy }];
  }

  trust(): readonly string[] {
    return [];
  }

  #read(now: number): void {
    try {
      const pair = loadPairOfAnyDate(this.file, this.keyFile);
      const changed = pair.certificate !== this.#pair.certificate || pair.key !== this.#pair.key;
      if (changed) this.#checkBetter(pair, now);
      this.#accept(changed ? pair : undefined);
    } catch (error) {
      this.#refuse(error, now);
    }
  }

  /** An expired certificate, or one from the future, replaces only what is no better. */
  #checkBetter(pair: Pair, now: number): void {
    const [old, next] = [leafOf(this.#pair), leafOf(pair)];
    if (!isInDate(old, now)) return;
    const time = (date: Date) => ({ file: this.file, time: date.toISOString() });
    if (next.validToDate.getTime() <= now) throw fail("CERTIFICATE_EXPIRED", time(next.validToDate));
    if (next.validFromDate.getTime() > now) throw fail("CERTIFICATE_NOT_YET_VALID", time(next.validFromDate));
  }

  #accept(pair: Pair | undefined): void {
    const { log, use, changed, told } = this.#context;
    const wasTold = this.#refused?.told;
    this.#refused = undefined;
    if (pair) {
      this.#pair = pair;
      log.info("certificate taken over", { use, file: this.file, fingerprint: leafOf(pair).fingerprint256 });
      changed();
    }
    if (pair || wasTold) told();
  }

  #refuse(thrown: unknown, now: number): void {
    const error =
      thrown instanceof TurnpikeError
        ? thrown
        : fail("CERTIFICATE_UNREADABLE", { file: this.file, why: textOf(thrown) }, thrown);
    const before = this.#refused;
    const same = before?.error.message === error.message;
    const goodFrom = error.code === "CERTIFICATE_NOT_YET_VALID" ? this.#goodFrom() : undefined;
    this.#refused = { since: before?.since ?? now, error, told: same && before.told, goodFrom };
  }

  #goodFrom(): number | undefined {
    try {
      return leafOf(loadPairOfAnyDate(this.file, this.keyFile)).validFromDate.getTime();
    } catch {
      return undefined;
    }
  }

  #tell(refused: Refused): void {
    const { log, use, told } = this.#context;
    const { error } = refused;
    this.#refused = { ...refused, told: true };
    log.error("new certificate not taken over, the old one stays", { use, why: error.message, remedy: error.remedy });
    told();
  }
}

function isInDate(leaf: { readonly validFromDate: Date; readonly validToDate: Date }, now: number): boolean {
  return leaf.validFromDate.getTime() <= now && leaf.validToDate.getTime() > now;
}
