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
  /** A connection, also a WebSocket, on which nothing moves, ms. */
  readonly idleMs: number;
  /** The inside's first byte of an answer, ms. */
  readonly answerMs: number;
  /** A client that takes nothing of its answer, ms: it holds a connection to the inside. */
  readonly stallMs: number;
  readonly requestsPerConnection: number;
  readonly connections: number;
  /** From one IPv4 address or one IPv6 /64: a company's NAT may hide a hundred guests with six connections each. */
  readonly connectionsPerSource: number;
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
  connections: 8_192,
  connectionsPerSource: 600,
  upstreamConnections: 512,
};
