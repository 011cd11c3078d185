import type { Failure } from "../protection/failures.ts";

/** What OpenSSL says of a client that wants what we do not offer, or does not want what we offer: clumsy, not hostile. */
const HONEST =
  /_ALERT_|ALERT_|ECONNRESET|EPIPE|UNSUPPORTED_PROTOCOL|NO_SHARED_CIPHER|NO_SHARED_GROUP|NO_SUITABLE|NO_APPLICATION_PROTOCOL|INAPPROPRIATE_FALLBACK/;

export function tlsFailure(error: Error): Failure {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ERR_TLS_HANDSHAKE_TIMEOUT") return "slow";
  return HONEST.test(code) ? "tls-abandoned" : "tls-malformed";
}
