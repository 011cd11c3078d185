import { X509Certificate } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { textOf } from "#base";
import { fail } from "./errors.ts";
import { pinsOf } from "./pinning.ts";

/** Whose certificates an end of a link takes. */
export interface Trust {
  /** SHA-256 over the whole DER, as X509Certificate.fingerprint256. */
  pins(): ReadonlySet<string>;
  /** Told when a pin was added or taken away. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
}

export interface TrustedCertificate {
  readonly fingerprint: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly validTo: number;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Trusted certificates as PEM files in a folder: an administrator may put them there, or say
 * `turnpike web-bridge trust add`. The folder is read at each connection, so that what lies there is what holds.
 */
export class TrustFolder implements Trust {
  readonly folder: string;
  readonly #listeners = new Set<() => void>();

  constructor(folder: string) {
    this.folder = folder;
  }

  pins(): ReadonlySet<string> {
    return new Set(this.list().map(({ fingerprint }) => fingerprint));
  }

  /** By subject. Rejects nothing: a file that cannot be read trusts nobody. */
  list(): readonly TrustedCertificate[] {
    const all = this.#files().flatMap((file) => this.#certificates(file));
    const byPin = new Map(all.map((one) => [one.fingerprint256, one]));
    return [...byPin.values()].map(describe).sort((a, b) => a.subject.localeCompare(b.subject));
  }

  /** Throws BRIDGE_LINK_BAD_CERTIFICATE or BRIDGE_LINK_TRUST_UNWRITABLE. */
  add(pem: string): TrustedCertificate {
    const [block, ...more] = pem.match(BLOCK) ?? [];
    if (!block) throw fail("BRIDGE_LINK_BAD_CERTIFICATE", { why: "it holds no PEM block CERTIFICATE" });
    if (more.length > 0)
      throw fail("BRIDGE_LINK_BAD_CERTIFICATE", {
        why: "it holds several: give the other end's own certificate alone",
      });
    const certificate = parse(block);
    this.#write(join(this.folder, nameOf(certificate)), `${block}\n`);
    this.#changed();
    return describe(certificate);
  }

  /** By the fingerprint or its beginning, with or without colons. Throws BRIDGE_LINK_NO_SUCH_TRUST if not exactly one is meant. */
  remove(fingerprint: string): TrustedCertificate {
    const wanted = plain(fingerprint);
    const meant = this.list().filter((one) => plain(one.fingerprint).startsWith(wanted));
    const [one] = meant;
    if (!one || meant.length > 1 || wanted.length < 8)
      throw fail("BRIDGE_LINK_NO_SUCH_TRUST", { fingerprint, found: wanted.length < 8 ? "too short" : meant.length });
    for (const file of this.#files()) this.#takeOut(file, one.fingerprint);
    this.#changed();
    return one;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #takeOut(file: string, fingerprint: string): void {
    const blocks = readFileSync(file, "utf8").match(BLOCK) ?? [];
    const kept = blocks.filter((block) => !pinsOf([block]).has(fingerprint));
    if (kept.length === blocks.length) return;
    if (kept.length === 0) rmSync(file);
    else this.#write(file, `${kept.join("\n")}\n`);
  }

  #write(file: string, text: string): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileSync(file, text);
    } catch (error) {
      throw fail("BRIDGE_LINK_TRUST_UNWRITABLE", { folder: this.folder, why: textOf(error) }, error);
    }
  }

  #files(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => /\.(pem|crt)$/.test(name))
        .map((name) => join(this.folder, name));
    } catch {
      return [];
    }
  }

  #certificates(file: string): X509Certificate[] {
    try {
      return (readFileSync(file, "utf8").match(BLOCK) ?? []).map((block) => new X509Certificate(block));
    } catch {
      return [];
    }
  }
}

function parse(block: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (error) {
    throw fail("BRIDGE_LINK_BAD_CERTIFICATE", { why: textOf(error) }, error);
  }
}

function describe(certificate: X509Certificate): TrustedCertificate {
  const { fingerprint256: fingerprint, subject, validToDate } = certificate;
  return { fingerprint, subject: (subject ?? "").replaceAll("\n", ", "), validTo: validToDate.getTime() };
}

function nameOf({ fingerprint256 }: X509Certificate): string {
  return `${plain(fingerprint256).slice(0, 16)}.pem`;
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(":", "").toLowerCase();
}
