import { constants } from "node:crypto";
import { createSecureContext, type SecureContextOptions, type TlsOptions, type Server as TlsServer } from "node:tls";
import { checkPair, type Pair } from "#certificates";

/** TLS 1.3's, and of TLS 1.2 those with forward secrecy and authenticated encryption. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

export interface TerminatorOptions {
  readonly pair: Pair;
  /** ALPN, the preferred first. */
  readonly protocols: readonly string[];
  /** Whether a server name, in lower case, gets the certificate. */
  readonly serves: (name: string) => boolean;
  readonly handshakeMs: number;
}

export function tlsOptions({ pair, protocols, serves, handshakeMs }: TerminatorOptions): TlsOptions {
  return {
    ...contextOptions(pair),
    ALPNProtocols: [...protocols],
    handshakeTimeout: handshakeMs,
    SNICallback: (name, done) => done(serves(name.toLowerCase()) ? null : new Error("unrecognized server name")),
  };
}

/** New handshakes use the pair from now on, running connections live on. Throws, and changes nothing, if it is unusable. */
export function replaceCertificate(servers: readonly TlsServer[], pair: Pair): void {
  checkPair(pair.certificate, pair.key, { certificateFile: "web certificate", keyFile: "web key" });
  const options = contextOptions(pair);
  // OpenSSL may still refuse what parses, such as a key that is too short; a server must not be left half changed.
  createSecureContext(options);
  for (const server of servers) server.setSecureContext(options);
}

function contextOptions({ certificate, key }: Pair): SecureContextOptions {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}
