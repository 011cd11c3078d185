import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { fingerprintOf } from "#certificates";

/**
 * Options for both ends of a link. No authority vouches for anyone here: each end compares the other's certificate with
 * those it was told, byte for byte, before it reads or writes anything. Dates are not looked at: a pin is taken away by
 * taking it out of the configuration.
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

/** Undefined if the other end's certificate is one of the pins, else a clause that says what it showed. */
export function pinProblem(socket: TLSSocket, pins: ReadonlySet<string>): string | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!(shown instanceof X509Certificate)) return "it showed no certificate";
  if (pins.has(shown.fingerprint256)) return undefined;
  return `it showed the certificate ${shown.fingerprint256}, which is not the one expected`;
}
