import { SOURCE_LIMITS, type SourceLimits } from "./protection/rules.ts";

/** Caps and times of both proxies. A test may shorten them. */
export interface ProxyLimits {
  /** Request line and headers together, bytes. LiveKit clients put an SDP offer into the address of their WebSocket. */
  readonly headerBytes: number;
  readonly headerCount: number;
  readonly bodyBytes: number;
  /** A new connection until it is clear whether it speaks TLS or TURN, and once more inside TLS where only that tells, ms. */
  readonly firstBytesMs: number;
  /** TLS, ms; on a port shared with TURN the ClientHello has this time to itself. */
  readonly handshakeMs: number;
  /** From the first byte of a request to the end of its headers, ms. */
  readonly headersMs: number;
  /** From the first byte of a request to its last, ms. */
  readonly requestMs: number;
  /** A connection between two requests, ms. */
  readonly keepAliveMs: number;
  /** A connection on which nothing moves, ms. */
  readonly idleMs: number;
  /** The inside's first byte of an answer, ms. */
  readonly answerMs: number;
  /** A client that takes nothing of its answer, ms: it holds a connection to the inside. */
  readonly stallMs: number;
  readonly requestsPerConnection: number;
  /** The least pace of a request's body, bytes a second: one that trickles holds a connection to the inside. */
  readonly bodyBytesPerSecond: number;
  /** One frame of a WebSocket. */
  readonly webSocketFrameBytes: number;
  /** A WebSocket on which nothing moves, ms; LiveKit's clients send a ping every few seconds. */
  readonly webSocketIdleMs: number;
  readonly connections: number;
  /** From one IPv4 address or one IPv6 /64: a company's NAT may hide a hundred guests with six connections each. */
  readonly connectionsPerSource: number;
  /** The following are of one such source as well, each a rate and what may come at once after a pause. */
  readonly newConnectionsPerSecond: number;
  readonly newConnectionsBurst: number;
  readonly handshakesPerSecond: number;
  readonly handshakesBurst: number;
  /** TLS handshakes under way at once. */
  readonly handshakesAtOnce: number;
  readonly requestsPerSecond: number;
  readonly requestsBurst: number;
  /** Connections to the inside that plain requests share; each WebSocket has its own. */
  readonly upstreamConnections: number;
}

export const PROXY_LIMITS: ProxyLimits = {
  headerBytes: 64 * 1024,
  headerCount: 100,
  bodyBytes: 1024 * 1024,
  firstBytesMs: 5_000,
  handshakeMs: 10_000,
  headersMs: 10_000,
  requestMs: 60_000,
  keepAliveMs: 5_000,
  idleMs: 120_000,
  answerMs: 30_000,
  stallMs: 20_000,
  requestsPerConnection: 1_000,
  bodyBytesPerSecond: 500,
  webSocketFrameBytes: 1024 * 1024,
  webSocketIdleMs: 120_000,
  connections: 8_192,
  connectionsPerSource: SOURCE_LIMITS.connectionsPerSource,
  newConnectionsPerSecond: SOURCE_LIMITS.newConnections.perSecond,
  newConnectionsBurst: SOURCE_LIMITS.newConnections.burst,
  handshakesPerSecond: SOURCE_LIMITS.newHandshakes.perSecond,
  handshakesBurst: SOURCE_LIMITS.newHandshakes.burst,
  handshakesAtOnce: SOURCE_LIMITS.handshakesAtOnce,
  requestsPerSecond: SOURCE_LIMITS.requests.perSecond,
  requestsBurst: SOURCE_LIMITS.requests.burst,
  upstreamConnections: 512,
};

/** Those that new connections and requests follow while the edge runs; the others hold from its next start on. */
export const LIVE_LIMITS = [
  "headerCount",
  "bodyBytes",
  "firstBytesMs",
  "headersMs",
  "requestMs",
  "keepAliveMs",
  "idleMs",
  "requestsPerConnection",
  "bodyBytesPerSecond",
  "connections",
  "connectionsPerSource",
  "newConnectionsPerSecond",
  "newConnectionsBurst",
  "handshakesPerSecond",
  "handshakesBurst",
  "handshakesAtOnce",
  "requestsPerSecond",
  "requestsBurst",
] as const satisfies readonly (keyof ProxyLimits)[];

export function sourceLimitsOf(limits: ProxyLimits): SourceLimits {
  return {
    connectionsPerSource: limits.connectionsPerSource,
    newConnections: { perSecond: limits.newConnectionsPerSecond, burst: limits.newConnectionsBurst },
    newHandshakes: { perSecond: limits.handshakesPerSecond, burst: limits.handshakesBurst },
    handshakesAtOnce: limits.handshakesAtOnce,
    requests: { perSecond: limits.requestsPerSecond, burst: limits.requestsBurst },
  };
}
