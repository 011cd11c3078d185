import { X509Certificate } from "node:crypto";
import { loadCertificates } from "./load.ts";

/** A certificate file as an administrator wants to know it. */
export interface CertificateReport {
  /** What it is for: the configuration's key. */
  readonly use: string;
  readonly file: string;
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses that it is good for. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly fingerprint: string;
  /** Certificates in the file, its own included. */
  readonly chain: number;
  /** In words; undefined if all is well. */
  readonly problem: string | undefined;
}

const DAY_MS = 86_400_000;
/** From then on it is a problem that it will end. */
export const EXPIRY_WARNING_DAYS = 30;

/** Reads the first certificate of a file. Throws CERTIFICATE_UNREADABLE. */
export function describeCertificate(use: string, file: string, now: number): CertificateReport {
  const blocks = loadCertificates(file).map((pem) => new X509Certificate(pem));
  const leaf = blocks[0]!;
  return {
    use,
    file,
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: namesOf(leaf),
    validFrom: leaf.validFromDate.getTime(),
    validTo: leaf.validToDate.getTime(),
    fingerprint: leaf.fingerprint256,
    chain: blocks.length,
    problem: problemOf(blocks, now),
  };
}

function problemOf(blocks: readonly X509Certificate[], now: number): string | undefined {
  const leaf = blocks[0]!;
  const days = Math.floor((leaf.validToDate.getTime() - now) / DAY_MS);
  if (leaf.validFromDate.getTime() > now) return `not valid before ${leaf.validFromDate.toISOString()}`;
  if (days < 0) return `expired on ${leaf.validToDate.toISOString()}`;
  if (days < EXPIRY_WARNING_DAYS) return days === 1 ? "expires in 1 day" : `expires in ${days} days`;
  const broken = blocks.slice(1).findIndex((issuer, i) => !blocks[i]!.checkIssued(issuer));
  return broken < 0
    ? undefined
    : `its chain is broken: certificate ${broken + 2} did not issue certificate ${broken + 1}`;
}

/** "DNS:join.example.com, IP Address:192.0.2.1" */
export function namesOf({ subjectAltName = "" }: X509Certificate): string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):("[^"]*"|[^,\s]+)/g)].map((match) => match[1]!);
}

export function oneLine(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ", ");
}
