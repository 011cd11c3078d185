import { type ErrorTable, errorsOf } from "#base";

export const nativeErrors = {
  NATIVE_ADDON_MISSING: {
    kind: "system",
    text: "the native addon is not there or does not load ({why}): no DTLS, so no media",
    remedy: "install a compiler and build it: apt-get install g++ && npm run postinstall",
  },
  NATIVE_DTLS_FINGERPRINT_UNSUPPORTED: {
    kind: "peer",
    text: "the client's certificate fingerprint is not usable [algorithm:{algorithm}]",
    remedy: "the client must offer sha-256, sha-384 or sha-512 with a value of that length (RFC 8122 5)",
  },
  NATIVE_DTLS_CLOSED: {
    kind: "bug",
    text: "the DTLS connection was used after it had been closed",
    remedy: "report this with the log lines before it",
  },
} as const satisfies ErrorTable;

export const fail = errorsOf(nativeErrors);
