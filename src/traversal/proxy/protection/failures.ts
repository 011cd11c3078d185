/**
 * What a source can do wrong, how many points it gets for it, and how an administrator reads it. A source that reaches the
 * threshold (100 as delivered) within a minute or so is blocked: one slip or ten never do that, a scanner does at once.
 */
export const FAILURES = {
  "tls-malformed": { points: 10, text: "malformed TLS" },
  /** Also a client that does not trust the certificate, again and again. */
  "tls-abandoned": { points: 1, text: "TLS handshake not finished" },
  "http-malformed": { points: 10, text: "malformed HTTP request" },
  smuggling: { points: 34, text: "request with more than one end" },
  "unknown-host": { points: 5, text: "host that nobody serves" },
  "method-refused": { points: 5, text: "method that nobody serves" },
  "foreign-origin": { points: 2, text: "WebSocket from another site's page" },
  slow: { points: 5, text: "trickled a request or a handshake" },
  "turn-credentials": { points: 5, text: "refused TURN credentials" },
  "tunnel-key": { points: 20, text: "refused tunnel key" },
  /** Also a core whose way breaks again and again, and a health check. */
  "tunnel-abandoned": { points: 1, text: "tunnel not finished" },
  "tunnel-protocol": { points: 10, text: "malformed SSH" },
  /** Little: after an outage a company's whole network comes back within seconds, and must not be punished for it. */
  limit: { points: 0.02, text: "over a limit" },
} as const;

export type Failure = keyof typeof FAILURES;

/** Points fade by half in this time, ms. */
const HALF_LIFE_MS = 60_000;

export function faded(points: number, sinceMs: number): number {
  return points * 0.5 ** (Math.max(0, sinceMs) / HALF_LIFE_MS);
}
