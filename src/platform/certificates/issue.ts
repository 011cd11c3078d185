import type { Extension, X509Certificate } from "@peculiar/x509";
import { importKey, type Key, keyText, library, newKeys, SIGNATURE } from "./x509.ts";

/** A certificate and its private key, both PEM text. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface ServerNames {
  /** DNS names, the first of them is the subject's common name. */
  readonly names: readonly string[];
  /** IP addresses that clients use instead of a name. */
  readonly addresses?: readonly string[];
  /** Days of validity, at most 397: browsers refuse longer ones (CA/Browser Forum BR 6.3.2). */
  readonly days?: number;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
const MAX_SERVER_DAYS = 397;
/** A link's certificate is pinned and not chained: it is replaced when its key is, not by date. */
const LINK_DAYS = 3650;
/** Certificates begin an hour early, for machines whose clock is behind. */
const CLOCK_SLACK_MS = 3_600_000;

/** A certificate authority of one's own, good for ten years and for server certificates only. */
export async function createAuthority(name: string, now = Date.now()): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: SIGNATURE,
    ...validity(now, AUTHORITY_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(usages, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** A server certificate signed by `authority`. Names and addresses become subjectAltName entries (RFC 5280 4.2.1.6). */
export async function issueServer(authority: Pair, server: ServerNames, now = Date.now()): Promise<Pair> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const names = [
    ...server.names.map((value) => ({ type: "dns" as const, value })),
    ...(server.addresses ?? []).map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: [names[0]?.value ?? "turnpike"] }],
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: SIGNATURE,
    ...validity(now, Math.min(server.days ?? MAX_SERVER_DAYS, MAX_SERVER_DAYS)),
    extensions: [
      ...(await leafExtensions(keys.publicKey, [x509.ExtendedKeyUsage.serverAuth])),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** A self-signed certificate for one end of a bridge link, good for ten years; it serves as client and as server. */
export async function issueLink(commonName: string, now = Date.now()): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNATURE,
    ...validity(now, LINK_DAYS),
    extensions: await leafExtensions(keys.publicKey, [
      x509.ExtendedKeyUsage.serverAuth,
      x509.ExtendedKeyUsage.clientAuth,
    ]),
  });
  return pairOf(certificate, keys.privateKey);
}

async function leafExtensions(publicKey: Key, usages: string[]): Promise<Extension[]> {
  const x509 = await library();
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(usages),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
  ];
}

async function pairOf(certificate: X509Certificate, key: Key): Promise<Pair> {
  return { certificate: `${certificate.toString("pem")}\n`, key: await keyText(key) };
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - CLOCK_SLACK_MS), notAfter: new Date(now - CLOCK_SLACK_MS + days * DAY_MS) };
}
