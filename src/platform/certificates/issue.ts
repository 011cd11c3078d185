import type { Extension, X509Certificate } from "@peculiar/x509";

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

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate authority of one's own, good for ten years and for server certificates only. */
export async function createAuthority(name: string, now = Date.now()): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const usages = x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: ALGORITHM,
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
    signingAlgorithm: ALGORITHM,
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
    signingAlgorithm: ALGORITHM,
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

/** Loaded on first use: it takes a tenth of a second, and a role that is running never needs it. */
async function library() {
  // The library's dependency injection needs this polyfill first.
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** As the types around name it: Node's, or the browser's where the apps' tests are checked. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

async function newKeys(): Promise<{ readonly publicKey: Key; readonly privateKey: Key }> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as { publicKey: Key; privateKey: Key };
}

function importKey(pem: string): Promise<Key> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
  return crypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]);
}

async function pairOf(certificate: X509Certificate, key: Key): Promise<Pair> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", key)).toString("base64");
  const lines = der.match(/.{1,64}/g)!.join("\n");
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}

function validity(now: number, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - CLOCK_SLACK_MS), notAfter: new Date(now - CLOCK_SLACK_MS + days * DAY_MS) };
}
