import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { CertificateProblem, CertificateSource } from "./contract.ts";
import { EXPIRY_WARNING_DAYS, oneLine } from "./describe.ts";
import type { Inspected } from "./row.ts";

const DAY_MS = 86_400_000;

export interface Judged {
  readonly source: CertificateSource["from"];
  readonly file: string;
  /** That clients use. */
  readonly wanted: readonly string[];
  readonly now: number;
}

/** What is wrong with a certificate, the worst first. */
export function problemsOf(inspected: Inspected, judged: Judged): CertificateProblem[] {
  return [
    ...dateProblems(inspected, judged),
    ...nameProblems(inspected.leaf, judged),
    ...chainProblems(inspected, judged),
    ...keyProblems(inspected, judged),
  ];
}

/** One date problem at most: the certificate's own before those of its chain. */
function dateProblems({ chain }: Inspected, judged: Judged): CertificateProblem[] {
  for (const [i, certificate] of chain.certificates.entries()) {
    const problem = dateProblem(certificate, i > 0, judged);
    if (problem) return [problem];
  }
  return [];
}

function dateProblem(certificate: X509Certificate, above: boolean, judged: Judged): CertificateProblem | undefined {
  const { now, source, file } = judged;
  const [from, to] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  const what = above ? `${oneLine(certificate.subject)} of its chain` : "it";
  if (from > now)
    return {
      code: "not-yet-valid",
      text: `${what} is not valid before ${iso(from)}, and this machine's clock says ${iso(now)}`,
      remedy: "check this machine's clock (timedatectl); if it is right, wait until then",
    };
  const renew =
    source === "files" ? `put a renewed certificate into ${file}; it is taken over by itself` : REPAIR[source];
  if (to <= now)
    return {
      code: "expired",
      text: `${what} expired at ${iso(to)}: browsers refuse it`,
      remedy: `${renew}; check this machine's clock if it should be good`,
    };
  if (to - now >= warningMs(source, to - from)) return undefined;
  const days = Math.floor((to - now) / DAY_MS);
  const left = days === 0 ? "within a day" : days === 1 ? "in 1 day" : `in ${days} days`;
  return { code: "expires-soon", text: `${what} expires ${left}`, remedy: renew };
}

const REPAIR = {
  acme: "it should have been renewed by itself: see why the ACME server did not",
  local: "it should have been renewed by itself: see the role's log",
} as const;

/**
 * What is renewed by itself is renewed when a third of its life is left, so that less than a sixth means that this fails. The
 * short-lived ones that other programs put into files are not to be complained of all their life.
 */
function warningMs(source: CertificateSource["from"], life: number): number {
  return source === "files" ? Math.min(EXPIRY_WARNING_DAYS * DAY_MS, life / 3) : life / 6;
}

function nameProblems(leaf: X509Certificate, { wanted, source }: Judged): CertificateProblem[] {
  const missing = wanted.filter((name) => !namesHost(leaf, name));
  if (missing.length === 0) return [];
  const how =
    source === "files"
      ? `get a certificate whose subjectAltName holds ${missing.join(" and ")}`
      : "a certificate with all names is being asked for by itself";
  return [
    { code: "name-missing", text: `it does not name ${missing.join(" and ")}: browsers refuse it there`, remedy: how },
  ];
}

export function namesHost(leaf: X509Certificate, name: string): boolean {
  return (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name, { subject: "never" })) !== undefined;
}

function chainProblems({ chain }: Inspected, { source, file }: Judged): CertificateProblem[] {
  const found: CertificateProblem[] = [];
  const top = chain.links.at(-1)!;
  if (chain.end === "incomplete")
    found.push({
      code: "chain-incomplete",
      text: `the certificate of its issuer ${top.issuer} is missing: some clients cannot check it`,
      remedy: `append the issuer's certificates to ${file}, each after the one that it issued; for a private authority, name its root as \`ca\``,
    });
  if (chain.end === "own-root" && source === "files")
    found.push({
      code: "self-signed",
      text:
        chain.links.length === 1
          ? "it is self-signed: browsers warn of it"
          : `its authority ${top.subject} is not known to browsers`,
      remedy: "use a certificate of a public authority, or `acme`; for a private authority, name its root as `ca`",
    });
  if (chain.disordered)
    found.push({
      code: "chain-order",
      text: "the certificates in the file do not follow each other",
      remedy: `put them into ${file} in order: the server's own, then its issuer's, then that one's issuer's`,
    });
  return found;
}

/** SHA-1 and MD5 signatures are refused by browsers; OpenSSL itself refuses the shortest keys. */
function keyProblems({ leaf, chain, keyType }: Inspected, { source }: Judged): CertificateProblem[] {
  const { modulusLength } = leaf.publicKey.asymmetricKeyDetails ?? {};
  const signature = leaf.signatureAlgorithm ?? "";
  const weak =
    modulusLength !== undefined && modulusLength < 2048
      ? `its key is ${keyType}, too short`
      : /sha1|md5/i.test(signature) && chain.links.length > 0
        ? `it is signed with ${signature}`
        : keyType === "Ed25519"
          ? "its key is Ed25519, which browsers do not take"
          : undefined;
  if (!weak || source !== "files") return [];
  return [
    {
      code: "weak-key",
      text: `${weak}: browsers refuse it`,
      remedy: "get a certificate with an ECDSA P-256 or RSA 2048 key, signed with SHA-256",
    },
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
