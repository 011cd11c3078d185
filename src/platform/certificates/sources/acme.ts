import { isIP } from "node:net";
import { join } from "node:path";
import { ScopeClosedError, TurnpikeError, textOf } from "#base";
import { AcmeFailure } from "../acme/failure.ts";
import { orderCertificate } from "../acme/order.ts";
import { Progress } from "../acme/progress.ts";
import { renewAt } from "../acme/schedule.ts";
import type { AcmeState, CertificateProblem, CertificateSource } from "../contract.ts";
import { fail } from "../errors.ts";
import { createAuthority, issueServer, type Pair } from "../issue.ts";
import { leafOf, loadCertificates, loadPairOfAnyDate } from "../load.ts";
import { readPairFile, writePairFile } from "../pair-file.ts";
import { namesHost } from "../problems.ts";
import type { Source, SourceContext } from "./source.ts";

type Acme = Extract<CertificateSource, { from: "acme" }>;

/** Life of the certificate that is served until the first one is issued, days. */
const STAND_IN_DAYS = 30;

/** Asked for and renewed at an ACME server. What was issued is kept, and served again after a restart. */
export class AcmeSource implements Source {
  readonly from = "acme";
  readonly file: string;
  readonly #acme: Acme["acme"];
  readonly #context: SourceContext;
  readonly #progress: Progress;
  /** The pair comes from this server; else it stands in. */
  #issued: boolean;
  #pair: Pair;
  #ordering: Promise<void> | undefined;

  private constructor(
    file: string,
    acme: Acme["acme"],
    first: { pair: Pair; issued: boolean },
    context: SourceContext,
  ) {
    this.file = file;
    this.#acme = acme;
    this.#context = context;
    this.#pair = first.pair;
    this.#issued = first.issued;
    const order = JSON.stringify([acme.directory, ...context.names]);
    this.#progress = new Progress(join(acme.folder, `${context.use}.json`), order, context.clock.now());
  }

  /** Waits for no server: there is a pair at once, and the order begins with the first look. */
  static async open({ acme, meanwhile }: Acme, context: SourceContext): Promise<AcmeSource> {
    const file = join(acme.folder, `${context.use}.pem`);
    if (acme.ca !== undefined) loadCertificates(acme.ca);
    const kept = readPairFile(file);
    if (kept) return new AcmeSource(file, acme, { pair: kept.pair, issued: kept.origin === acme.directory }, context);
    const pair = meanwhile ? loadPairOfAnyDate(meanwhile.certificate, meanwhile.key) : await standIn(context);
    return new AcmeSource(file, acme, { pair, issued: false }, context);
  }

  pair(): Pair {
    return this.#pair;
  }

  look(): void {
    const now = this.#context.clock.now();
    if (this.#ordering || now < this.#progress.nextTryAt || now < this.#dueAt()) return;
    // Told by #order.
    this.renewNow().catch(() => {});
  }

  /** At once if it is not this server's, or lacks a name. */
  #dueAt(): number {
    const leaf = leafOf(this.#pair);
    return this.#issued && this.#context.names.every((name) => namesHost(leaf, name)) ? renewAt(leaf) : 0;
  }

  renewNow(): Promise<void> {
    this.#ordering ??= this.#order().finally(() => {
      this.#ordering = undefined;
      this.#context.told();
    });
    this.#context.told();
    return this.#ordering;
  }

  async #order(): Promise<void> {
    const { names, use, log, clock, scope, challenges, changed } = this.#context;
    log.info("certificate ordered", { use, names, directory: this.#acme.directory });
    try {
      this.#keep(await orderCertificate(this.#acme, names, { challenges, scope, log }));
    } catch (error) {
      throw error instanceof ScopeClosedError ? error : this.#failed(error);
    }
    this.#progress.success(clock.now());
    log.info("certificate issued", { use, fingerprint: leafOf(this.#pair).fingerprint256, file: this.file });
    changed();
  }

  /** Only what is kept is served: after a restart it would be another again. */
  #keep(pair: Pair): void {
    try {
      writePairFile(this.file, this.#acme.directory, pair);
    } catch (error) {
      throw fail("CERTIFICATE_NOT_WRITTEN", { file: this.file, why: textOf(error) }, error);
    }
    this.#pair = pair;
    this.#issued = true;
  }

  #failed(thrown: unknown): TurnpikeError {
    const { log, use, clock } = this.#context;
    const error =
      thrown instanceof AcmeFailure
        ? thrown.error
        : thrown instanceof TurnpikeError
          ? thrown
          : fail("CERTIFICATE_ACME_REFUSED", { why: textOf(thrown) }, thrown);
    this.#progress.failure(error, thrown instanceof AcmeFailure ? thrown.askedMs : 0, clock.now());
    const nextTry = new Date(this.#progress.nextTryAt).toISOString();
    log.error("certificate not issued", { use, why: error.message, remedy: error.remedy, nextTry });
    return error;
  }

  problems(): readonly CertificateProblem[] {
    const { failed } = this.#progress;
    const all: CertificateProblem[] = [];
    if (!this.#issued)
      all.push({
        code: "self-signed",
        text: `another certificate stands in until ${this.#acme.directory} has issued one`,
        remedy: failed ? "do away with the reason why none was issued" : "wait: it is being ordered",
      });
    if (failed) {
      const next = new Date(failed.nextTryAt).toISOString();
      all.push({ code: "acme-failed", text: `${failed.text}; next try at ${next}`, remedy: failed.remedy });
    }
    return all;
  }

  trust(): readonly string[] {
    return this.#acme.ca === undefined ? [] : loadCertificates(this.#acme.ca);
  }

  get acme(): AcmeState {
    const { failed } = this.#progress;
    return {
      directory: this.#acme.directory,
      state: this.#ordering ? "ordering" : failed || !this.#issued ? "waiting" : "issued",
      ...(failed && {
        lastError: { code: failed.code, text: failed.text, remedy: failed.remedy, at: failed.at },
        nextTryAt: failed.nextTryAt,
      }),
      ...(this.#issued && { renewAt: renewAt(leafOf(this.#pair)) }),
    };
  }
}

/** By an authority whose key is forgotten at once, so that nobody is tempted to trust it. */
async function standIn({ names, clock }: SourceContext): Promise<Pair> {
  const now = clock.now();
  const server = { names: names.filter((name) => !isIP(name)), addresses: names.filter((name) => isIP(name)) };
  const authority = await createAuthority("Turnpike stand-in", now);
  const pair = await issueServer(authority, { ...server, days: STAND_IN_DAYS }, now);
  return { certificate: pair.certificate + authority.certificate, key: pair.key };
}
