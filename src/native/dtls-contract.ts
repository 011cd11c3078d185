/** DTLS 1.2 server ends on the OpenSSL inside Node (memory BIOs: datagrams in, datagrams out). One context for each media worker. */
export interface DtlsContext {
  /** SHA-256 of the context's self-signed P-256 certificate, RFC 8122 form "AB:CD:...". */
  readonly fingerprint: string;
  accept(options: DtlsAcceptOptions): DtlsConnection;
}

export interface DtlsAcceptOptions {
  /** The fingerprint that signalling promised; the handshake fails with DTLS_FINGERPRINT_MISMATCH if the client's certificate differs. */
  readonly expectedFingerprint: { readonly algorithm: string; readonly value: string };
  /** Datagrams to send now; each is one UDP packet. Views are valid during the call. */
  readonly onSend: (datagram: Buffer) => void;
  /** SRTP profiles offered, best first: "SRTP_AEAD_AES_128_GCM", "SRTP_AES128_CM_SHA1_80". */
  readonly profiles: readonly string[];
  /** HelloVerifyRequest before any costly work (RFC 6347 4.2.1); costs the client one round trip. Default true. */
  readonly cookieExchange?: boolean;
}

export interface DtlsConnection {
  /** Feeds one datagram. Never throws for what a peer sent. Application data (SCTP) comes back. */
  receive(datagram: Buffer): readonly Buffer[];
  readonly state: DtlsState;
  /** Milliseconds until `retransmit` is due, or undefined if nothing is outstanding. */
  readonly timeoutMs: number | undefined;
  retransmit(): void;
  /** Encrypts application data (SCTP). */
  send(data: Buffer): void;
  /** Frees the OpenSSL objects at once; every later call is an error. Sends close_notify if connected. */
  close(): void;
}

export type DtlsState =
  | { readonly state: "handshake" }
  | { readonly state: "connected"; readonly profile: string; readonly keys: SrtpKeyingMaterial }
  | { readonly state: "failed"; readonly code: string; readonly detail: string }
  | { readonly state: "closed" };

/** Client and server write keys and salts as exported (RFC 5764 4.2). */
export interface SrtpKeyingMaterial {
  readonly clientKey: Buffer;
  readonly serverKey: Buffer;
  readonly clientSalt: Buffer;
  readonly serverSalt: Buffer;
}
