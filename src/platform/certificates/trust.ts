import { X509Certificate } from "node:crypto";
import { getCACertificates } from "node:tls";

/** Roots by subject. There may be several of a name: old and new key, or cross-signed. */
export type Roots = ReadonlyMap<string, readonly X509Certificate[]>;

let system: Roots | undefined;

/** Those that browsers commonly have and those of this machine. Parsed on first use, since it takes some ten milliseconds. */
export function systemRoots(): Roots {
  system ??= rootsOf(new Set([...getCACertificates("bundled"), ...getCACertificates("system")]));
  return system;
}

export function rootsOf(pems: Iterable<string>): Roots {
  const roots = new Map<string, X509Certificate[]>();
  for (const pem of pems) {
    const root = parsed(pem);
    if (root) roots.set(root.subject, [...(roots.get(root.subject) ?? []), root]);
  }
  return roots;
}

/** The root that issued this certificate, or that it is itself. */
export function rootOf(certificate: X509Certificate, trust: readonly Roots[]): X509Certificate | undefined {
  for (const roots of trust) {
    const itself = roots.get(certificate.subject)?.find((root) => root.raw.equals(certificate.raw));
    const issuer = roots.get(certificate.issuer)?.find((root) => isIssuedBy(certificate, root));
    if (itself ?? issuer) return itself ?? issuer;
  }
  return undefined;
}

/** Names and signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** A machine's store may hold what OpenSSL no longer reads. */
function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
