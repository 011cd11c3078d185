import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { fingerprintOf } from "#certificates";

/**
 * Options for both ends of a link. No authority vouches for anyone here: each end compares the other's certificate with
 * those it was told, byte for byte, before it reads or writes anything. Dates are not looked at: a pin is taken away by
 * taking it out of the folder.
 */
export const LINK_TLS = {
  minVersion: "TLSv1.3",
  rejectUnauthorized: false,
  ALPNProtocols: ["h2"],
} as const;

/** The certificates in PEM texts, by SHA-256 over their whole DER. */
export function pinsOf(pems: readonly string[]): ReadonlySet<string> {
  const blocks = pems.flatMap((pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []);
  return new Set(blocks.map(fingerprintOf));
}

/** What the other end showed, and a clause that says what is wrong if that is none of the pins. */
export function shownCertificate(
  socket: TLSSocket,
  pins: ReadonlySet<string>,
): { readonly fingerprint: string; readonly problem: string | undefined } {
  const shown = socket.getPeerX509Certificate();
  if (!(shown instanceof X509Certificate)) return { fingerprint: "", problem: "it showed no certificate" };
  const fingerprint = shown.fingerprint256;
  const problem = pins.has(fingerprint)
    ? undefined
    : `it showed the certificate ${fingerprint}, which is not one of those expected`;
  return { fingerprint, problem };
}
