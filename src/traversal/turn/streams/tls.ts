import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { tlsPolicy } from "#listeners";
import type { StreamSettings } from "./contract.ts";

/** RFC 7443. A client that offers only other protocols is not for us, and OpenSSL ends its handshake. */
const ALPN_PROTOCOLS = ["stun.turn"];

/** The server's end of TLS. A new certificate is for new handshakes; running connections keep theirs. */
export class TlsTermination {
  #context: SecureContext | undefined;

  constructor(pair: StreamSettings["tls"]) {
    this.configure(pair);
  }

  /** Throws OpenSSL's error for a pair that cannot be used, and keeps the old one. */
  configure(pair: StreamSettings["tls"]): void {
    this.#context = pair && createSecureContext({ cert: pair.certificate, key: pair.key, ...tlsPolicy });
  }

  /** Undefined without a certificate. Bytes put back into `socket` are part of the handshake. */
  terminate(socket: Socket): TLSSocket | undefined {
    if (!this.#context) return undefined;
    return new TLSSocket(socket, {
      isServer: true,
      secureContext: this.#context,
      ALPNProtocols: ALPN_PROTOCOLS,
    });
  }
}
