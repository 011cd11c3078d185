import { readFileSync } from "node:fs";
import type { Pair } from "./issue.ts";
import { checkServable, splitCertificates } from "./load.ts";
import { writeSecretFile } from "./secret-file.ts";

/**
 * Certificate, chain and key in one PEM file (0600), so that one rename replaces them all. The first line says who issued it:
 * text before the blocks is a comment (RFC 7468 5.2).
 */
export function writePairFile(file: string, origin: string, { certificate, key }: Pair): void {
  writeSecretFile(file, `${ORIGIN}${origin}\n${certificate.trim()}\n${key.trim()}\n`);
}

export interface KeptPair {
  readonly origin: string;
  readonly pair: Pair;
}

/** Undefined if there is none, or what is there cannot be served: it is made anew then. */
export function readPairFile(file: string): KeptPair | undefined {
  try {
    const text = readFileSync(file, "utf8");
    const certificate = `${splitCertificates(text, file).join("\n")}\n`;
    const key = `${/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^-]+-----END \1-----/.exec(text)?.[0] ?? ""}\n`;
    const pair = { certificate, key };
    checkServable(pair, { certificateFile: file, keyFile: file });
    const [first = ""] = text.split("\n", 1);
    return { origin: first.startsWith(ORIGIN) ? first.slice(ORIGIN.length) : "", pair };
  } catch {
    return undefined;
  }
}

const ORIGIN = "issued by ";
