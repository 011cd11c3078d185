import { type KeyObject, X509Certificate } from "node:crypto";
import { type Chain, chainOf } from "./chain.ts";
import { namesOf, oneLine } from "./describe.ts";
import type { Pair } from "./issue.ts";
import { splitCertificates } from "./load.ts";
import { type Roots, systemRoots } from "./trust.ts";

/** What a pair is, whatever the time. */
export interface Inspected {
  readonly leaf: X509Certificate;
  readonly chain: Chain;
  readonly names: readonly string[];
  readonly keyType: string;
}

export function inspect({ certificate }: Pair, file: string, trust: readonly Roots[]): Inspected {
  const blocks = splitCertificates(certificate, file).map((pem) => new X509Certificate(pem));
  const leaf = blocks[0]!;
  return {
    leaf,
    chain: chainOf(blocks, [...trust, systemRoots()]),
    names: namesOf(leaf),
    keyType: keyTypeOf(leaf.publicKey),
  };
}

export function describeLeaf({ leaf, names, chain, keyType }: Inspected, now: number) {
  const [validFrom, validTo] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  return {
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names,
    validFrom,
    validTo,
    daysLeft: Math.floor((validTo - now) / DAY_MS),
    fingerprint: leaf.fingerprint256,
    keyType,
    chain: chain.links,
  };
}

const DAY_MS = 86_400_000;

/** As NIST calls OpenSSL's curves. */
const CURVES: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};

export function keyTypeOf(key: KeyObject): string {
  const { namedCurve = "", modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "ec":
      return `EC ${CURVES[namedCurve] ?? namedCurve}`;
    case "rsa":
    case "rsa-pss":
      return `RSA ${modulusLength}`;
    case "ed25519":
      return "Ed25519";
    default:
      return key.asymmetricKeyType ?? "unknown";
  }
}
