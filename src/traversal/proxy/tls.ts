import { createSecureContext, type SecureContextOptions, type TlsOptions, type Server as TlsServer } from "node:tls";
import { checkPair, type Pair } from "#certificates";
import { tlsPolicy } from "#listeners";

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
  return { ...tlsPolicy, cert: certificate, key };
}
