import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { textOf } from "#base";
import { fail } from "./errors.ts";
import type { Pair } from "./issue.ts";

/** Names for the errors of `checkPair`. */
export interface PairFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Reads a server's certificate (its chain may follow in the same file) and key, and checks them. Throws a TurnpikeError. */
export function loadPair(certificateFile: string, keyFile: string, now = Date.now()): Pair {
  const certificate = readText(certificateFile, "CERTIFICATE_UNREADABLE");
  const key = readText(keyFile, "CERTIFICATE_KEY_UNREADABLE");
  checkPair(certificate, key, { certificateFile, keyFile }, now);
  return { certificate, key };
}

/** Throws a TurnpikeError unless the PEM texts parse, belong together and the certificate is in date. */
export function checkPair(certificate: string, key: string, files: PairFiles, now = Date.now()): void {
  const leaf = checkFit({ certificate, key }, files);
  checkDates(leaf, files.certificateFile, now);
}

/** Like `loadPair`, but a certificate that is out of date is better than none: it is served, and told as a problem. */
export function loadPairOfAnyDate(certificateFile: string, keyFile: string): Pair {
  const certificate = readText(certificateFile, "CERTIFICATE_UNREADABLE");
  const key = readText(keyFile, "CERTIFICATE_KEY_UNREADABLE");
  checkServable({ certificate, key }, { certificateFile, keyFile });
  return { certificate, key };
}

/** Throws a TurnpikeError unless OpenSSL would serve the pair: it refuses some that parse, such as keys that are too short. */
export function checkServable(pair: Pair, files: PairFiles): X509Certificate {
  const leaf = checkFit(pair, files);
  try {
    createSecureContext({ cert: pair.certificate, key: pair.key });
  } catch (error) {
    throw fail("CERTIFICATE_REFUSED_BY_TLS", { file: files.certificateFile, why: textOf(error) }, error);
  }
  return leaf;
}

function checkFit({ certificate, key }: Pair, { certificateFile: file, keyFile }: PairFiles): X509Certificate {
  const leaf = parseCertificate(certificate, file);
  if (!leaf.checkPrivateKey(parseKey(key, keyFile))) throw fail("CERTIFICATE_KEY_MISMATCH", { file, keyFile });
  return leaf;
}

export function checkDates(leaf: X509Certificate, file: string, now: number): void {
  if (leaf.validToDate.getTime() <= now)
    throw fail("CERTIFICATE_EXPIRED", { file, time: leaf.validToDate.toISOString() });
  if (leaf.validFromDate.getTime() > now)
    throw fail("CERTIFICATE_NOT_YET_VALID", { file, time: leaf.validFromDate.toISOString() });
}

/** Reads a file of one or more PEM certificates, to be trusted or pinned; dates are not checked. Throws a TurnpikeError. */
export function loadCertificates(file: string): readonly string[] {
  return splitCertificates(readText(file, "CERTIFICATE_UNREADABLE"), file);
}

/** The PEM blocks of a text, each of which parses. `file` names it in errors. */
export function splitCertificates(text: string, file: string): readonly string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw fail("CERTIFICATE_UNREADABLE", { file, why: "it holds no PEM certificate" });
  for (const block of blocks) parseCertificate(block, file);
  return blocks;
}

/** SHA-256 over the whole first certificate: "AB:CD:…", as `openssl x509 -fingerprint -sha256` prints it. */
export function fingerprintOf(certificate: string): string {
  return parseCertificate(certificate, "certificate").fingerprint256;
}

/** The server's own certificate of a pair that was checked. */
export function leafOf({ certificate }: Pair): X509Certificate {
  return new X509Certificate(certificate);
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw fail("CERTIFICATE_UNREADABLE", { file, why: textOf(error) }, error);
  }
}

function parseKey(pem: string, file: string) {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw fail("CERTIFICATE_KEY_UNREADABLE", { file, why: textOf(error) }, error);
  }
}

function readText(file: string, code: "CERTIFICATE_UNREADABLE" | "CERTIFICATE_KEY_UNREADABLE"): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw fail(code, { file, why: textOf(error) }, error);
  }
}
