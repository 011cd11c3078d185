import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { TurnpikeError, textOf } from "#base";
import { renewAt } from "../acme/schedule.ts";
import type { CertificateProblem } from "../contract.ts";
import { fail } from "../errors.ts";
import { createAuthority, issueServer, type Pair } from "../issue.ts";
import { fingerprintOf, leafOf, loadPair } from "../load.ts";
import { readPairFile, writePairFile } from "../pair-file.ts";
import { namesHost } from "../problems.ts";
import { writeSecretFile } from "../secret-file.ts";
import type { Source, SourceContext } from "./source.ts";

/** After a failure (a full disk, say) the next try is this much later, ms. */
const TRY_AGAIN_MS = 60_000;

/** Issued and renewed by the authority in a folder of this machine. */
export class LocalSource implements Source {
  readonly from = "local";
  readonly file: string;
  readonly #authority: Pair;
  readonly #context: SourceContext;
  #pair: Pair;
  #nextTryAt = 0;
  #failed: TurnpikeError | undefined;
  #busy: Promise<void> | undefined;

  private constructor(file: string, authority: Pair, pair: Pair, context: SourceContext) {
    this.file = file;
    this.#authority = authority;
    this.#pair = pair;
    this.#context = context;
  }

  /** Rejects with a TurnpikeError if the folder's authority cannot be used, or the folder not written. */
  static async open(folder: string, context: SourceContext): Promise<LocalSource> {
    const now = context.clock.now();
    const file = join(folder, `${context.use}.pem`);
    const authority = await authorityIn(folder, now);
    const kept = readPairFile(file);
    const ours = kept?.origin === fingerprintOf(authority.certificate);
    const pair = kept && ours ? kept.pair : await issueInto(file, authority, context);
    return new LocalSource(file, authority, pair, context);
  }

  pair(): Pair {
    return this.#pair;
  }

  look(): void {
    const { clock, names, log, use } = this.#context;
    if (this.#busy || clock.now() < this.#nextTryAt) return;
    const leaf = leafOf(this.#pair);
    const due = clock.now() >= renewAt(leaf) || leaf.validFromDate.getTime() > clock.now();
    if (!due && names.every((name) => namesHost(leaf, name))) return;
    this.renewNow().catch((error: TurnpikeError) => {
      log.error("certificate not renewed by the local authority", { use, why: error.message, remedy: error.remedy });
    });
  }

  renewNow(): Promise<void> {
    this.#busy ??= this.#renew().finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  async #renew(): Promise<void> {
    const { log, use, changed, told, clock } = this.#context;
    this.#nextTryAt = clock.now() + TRY_AGAIN_MS;
    try {
      this.#pair = await issueInto(this.file, this.#authority, this.#context);
      this.#failed = undefined;
    } catch (error) {
      this.#failed = error as TurnpikeError;
      told();
      throw error;
    }
    log.info("certificate renewed by the local authority", { use, fingerprint: fingerprintOf(this.#pair.certificate) });
    changed();
    told();
  }

  problems(): readonly CertificateProblem[] {
    if (!this.#failed) return [];
    return [{ code: "file-bad", text: `it was not renewed: ${this.#failed.message}`, remedy: this.#failed.remedy }];
  }

  trust(): readonly string[] {
    return [this.#authority.certificate];
  }
}

/** `ca.pem` and `ca.key`; made if neither is there. */
async function authorityIn(folder: string, now: number): Promise<Pair> {
  const [file, keyFile] = [join(folder, "ca.pem"), join(folder, "ca.key")];
  if (existsSync(file) || existsSync(keyFile)) return loadPair(file, keyFile, now);
  const authority = await createAuthority("Turnpike local authority", now);
  written(file, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeSecretFile(keyFile, authority.key);
    writeFileSync(file, authority.certificate, { flush: true });
  });
  return { certificate: readFileSync(file, "utf8"), key: authority.key };
}

async function issueInto(file: string, authority: Pair, { names, clock }: SourceContext): Promise<Pair> {
  const pair = await issueServer(
    authority,
    { names: names.filter((name) => !isIP(name)), addresses: names.filter((name) => isIP(name)) },
    clock.now(),
  );
  written(file, () => writePairFile(file, fingerprintOf(authority.certificate), pair));
  return pair;
}

function written(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof TurnpikeError) throw error;
    throw fail("CERTIFICATE_NOT_WRITTEN", { file, why: textOf(error) }, error);
  }
}
