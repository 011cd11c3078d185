import type { Scope } from "#base";
import type { CertificateRow, CertificateUse } from "./contract.ts";
import { waitingRequest } from "./install-request.ts";
import type { Pair } from "./issue.ts";
import { loadCertificates } from "./load.ts";
import { problemsOf } from "./problems.ts";
import { describeLeaf, type Inspected, inspect } from "./row.ts";
import { AcmeSource } from "./sources/acme.ts";
import { FilesSource } from "./sources/files.ts";
import { LocalSource } from "./sources/local.ts";
import type { Source, SourceContext } from "./sources/source.ts";
import { type Roots, rootsOf } from "./trust.ts";

/** One use, open: its source, and what is known of its pair. */
export class Served {
  readonly name: string;
  readonly use: CertificateUse;
  readonly scope: Scope;
  readonly source: Source;
  readonly #trust: readonly Roots[];
  #inspected: { readonly pair: Pair; readonly inspected: Inspected } | undefined;

  private constructor(name: string, use: CertificateUse, scope: Scope, source: Source) {
    this.name = name;
    this.use = use;
    this.scope = scope;
    this.source = source;
    const given = use.ca === undefined ? [] : loadCertificates(use.ca);
    this.#trust = [rootsOf([...given, ...source.trust()])];
  }

  static async open(name: string, use: CertificateUse, context: Omit<SourceContext, "use" | "names">): Promise<Served> {
    const source = await openSource(use, { ...context, use: name, names: use.names });
    return new Served(name, use, context.scope, source);
  }

  row(now: number): CertificateRow {
    const { source, name, use } = this;
    const inspected = this.#inspect();
    const judged = { source: source.from, file: source.file, wanted: use.names, now };
    const request = waitingRequest(this);
    return {
      use: name,
      source: source.from,
      file: source.file,
      ...describeLeaf(inspected, now),
      problems: [...problemsOf(inspected, judged), ...source.problems()],
      ...(source.acme && { acme: source.acme }),
      ...(request && { request }),
    };
  }

  /** A pair is looked into once. */
  #inspect(): Inspected {
    const pair = this.source.pair();
    if (this.#inspected?.pair !== pair)
      this.#inspected = { pair, inspected: inspect(pair, this.source.file, this.#trust) };
    return this.#inspected.inspected;
  }
}

function openSource({ source }: CertificateUse, context: SourceContext): Promise<Source> | Source {
  switch (source.from) {
    case "files":
      return new FilesSource(source, context);
    case "acme":
      return AcmeSource.open(source, context);
    case "local":
      return LocalSource.open(source.folder, context);
  }
}
