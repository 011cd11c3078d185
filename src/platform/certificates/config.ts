import { z } from "zod";
import { path } from "#base";
import type { CertificateSource } from "./contract.ts";
import { fail } from "./errors.ts";

const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/** `acme:` of a role's file. */
export const acmeSection = z.strictObject({
  directory: z
    .url({ protocol: /^https$/, error: "not an https:// URL" })
    .default(LETS_ENCRYPT)
    .describe("directory of the ACME server; the default is Let's Encrypt"),
  email: z.email().optional().describe("where the ACME server's operator may write to"),
  names: z.array(z.string().min(1).max(253)).min(1).optional().describe("names to ask for; without it the join hosts"),
  folder: path().default("acme").describe("account key and certificates are kept here, mode 0700"),
  ca: path().optional().describe("PEM authorities of the ACME server itself; without it the system's"),
  agreeToTerms: z
    .literal(true, { error: "must be true: read the terms of the ACME server first" })
    .describe("true: you agree to the ACME server's terms of service"),
});

/** `localAuthority:` of a role's file. */
export const localAuthoritySection = z.strictObject({
  folder: path().describe("ca.pem and ca.key of the authority (made if missing), and what it issues"),
});

export interface CertificateKeys {
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly acme?: z.output<typeof acmeSection> | undefined;
  readonly localAuthority?: z.output<typeof localAuthoritySection> | undefined;
}

/**
 * ACME if it is configured (with the files until its first certificate), else the files, else the local authority. `key` names
 * the section in errors: "web". Throws CERTIFICATE_NO_SOURCE.
 */
export function certificateSource(key: string, keys: CertificateKeys): CertificateSource {
  const { certificate, key: keyFile, acme, localAuthority } = keys;
  const files = certificate && keyFile ? { certificate, key: keyFile } : undefined;
  if ((certificate === undefined) !== (keyFile === undefined)) throw fail("CERTIFICATE_NO_SOURCE", { key });
  if (acme) {
    const { directory, email, folder, ca } = acme;
    const settings = { directory, folder, ...(email && { email }), ...(ca && { ca }) };
    return { from: "acme", acme: settings, ...(files && { meanwhile: files }) };
  }
  if (files) return { from: "files", ...files };
  if (localAuthority) return { from: "local", folder: localAuthority.folder };
  throw fail("CERTIFICATE_NO_SOURCE", { key });
}
