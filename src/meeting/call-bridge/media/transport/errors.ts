import { type ErrorTable, errorsOf } from "#base";

const MEDIA_GUEST = "Video and sound could not connect. Your network may block them.";

export const transportErrors = {
  MEDIA_LISTEN_FAILED: {
    kind: "config",
    text: "the media socket {address}:{port} cannot be opened ({why})",
    remedy: "set callBridge.media.listen to an address of this machine and a free port (0 takes any)",
  },
  MEDIA_ICE_TIMEOUT: {
    kind: "peer",
    text: "no ICE check arrived within {seconds} s (candidates told: {candidates})",
    remedy:
      "check that the client reaches a candidate: UDP to the Call Bridge inside, the edge's relay ports or TURN outside",
    guest: MEDIA_GUEST,
  },
  MEDIA_DTLS_TIMEOUT: {
    kind: "peer",
    text: "ICE checks arrive, but DTLS did not finish within {seconds} s",
    remedy: "look for a firewall that passes small packets and drops DTLS or large ones; capture at the edge",
    guest: MEDIA_GUEST,
  },
  MEDIA_DTLS_FINGERPRINT_MISMATCH: {
    kind: "peer",
    text: "the client's certificate is not the one that its signalling promised",
    remedy:
      "something between client and Call Bridge answers in its place, or the client is broken: try another browser",
    guest: MEDIA_GUEST,
  },
  MEDIA_DTLS_FINGERPRINT_UNSUPPORTED: {
    kind: "peer",
    text: "the client's certificate fingerprint cannot be used [algorithm:{algorithm}]",
    remedy: "use a client that offers sha-256, sha-384 or sha-512",
    guest: MEDIA_GUEST,
  },
  MEDIA_DTLS_NO_CERTIFICATE: {
    kind: "peer",
    text: "the client showed no certificate",
    remedy: "use a client that does DTLS-SRTP as WebRTC asks for (RFC 8827 6.5)",
    guest: MEDIA_GUEST,
  },
  MEDIA_DTLS_FAILED: {
    kind: "peer",
    text: "the DTLS handshake failed [code:{code}] {detail}",
    remedy: "try another browser; if all fail, capture the handshake at the Call Bridge",
    guest: MEDIA_GUEST,
  },
  MEDIA_PATH_TIMEOUT: {
    kind: "peer",
    text: "nothing authentic arrived for {seconds} s",
    remedy: "the client is gone or its network is; if many go at once, look at the edge",
    guest: "The connection was lost.",
  },
  MEDIA_PEER_CLOSED: { kind: "peer", text: "the client ended DTLS", remedy: "nothing: it left" },
} as const satisfies ErrorTable;

export type TransportErrorCode = keyof typeof transportErrors;

export const fail = errorsOf(transportErrors);

/** A reason for `close`, worded by the table. */
export function reasonFor(code: TransportErrorCode, values: Readonly<Record<string, unknown>> = {}) {
  return { code, detail: fail(code, values).message };
}
