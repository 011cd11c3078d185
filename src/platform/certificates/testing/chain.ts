import { randomBytes } from "node:crypto";
import type { Pair } from "../issue.ts";
import { importKey, keyText, library, newKeys, SIGNATURE } from "../x509.ts";

export interface MadeCertificate {
  readonly name: string;
  /** Signs itself without one. */
  readonly issuer?: Pair;
  readonly ca?: boolean;
  readonly names?: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Any certificate, good or bad: chains of any length, any dates. */
export async function makeCertificate({
  name,
  issuer,
  ca = false,
  names = [],
  from,
  to,
}: MadeCertificate): Promise<Pair> {
  const x509 = await library();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: issuer ? new x509.X509Certificate(issuer.certificate).subject : `CN=${name}`,
    serialNumber: randomBytes(8).toString("hex"),
    publicKey: keys.publicKey,
    signingKey: issuer ? await importKey(issuer.key) : keys.privateKey,
    signingAlgorithm: SIGNATURE,
    notBefore: new Date(from),
    notAfter: new Date(to),
    extensions: [
      new x509.BasicConstraintsExtension(ca, undefined, true),
      ...(names.length > 0
        ? [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))]
        : []),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await keyText(keys.privateKey) };
}
