/** Times and caps of both ends. A test may shorten them; an administrator has no reason to. */
export interface TunnelLimits {
  /** A connection that has not authenticated by then is closed, ms. */
  readonly handshakeMs: number;
  /** Between two signs of life that each end asks of the other, ms. */
  readonly probeMs: number;
  /** Silence after which a connection is given up, ms. */
  readonly silenceMs: number;
  /** How long the edge waits for a channel before it tries the next connection, ms. */
  readonly channelOpenMs: number;
  /** Wait before the first retry, ms; it doubles with each failure. */
  readonly firstRetryMs: number;
  /** Longest wait between two tries, ms. */
  readonly lastRetryMs: number;
  readonly channelsPerConnection: number;
  /** Connections that have not authenticated yet, in all and from one address. */
  readonly pending: number;
  readonly pendingPerSource: number;
  readonly connections: number;
}

export const TUNNEL_LIMITS: TunnelLimits = {
  handshakeMs: 15_000,
  probeMs: 1_500,
  silenceMs: 4_500,
  channelOpenMs: 2_000,
  firstRetryMs: 500,
  lastRetryMs: 10_000,
  channelsPerConnection: 2_000,
  pending: 32,
  pendingPerSource: 8,
  connections: 64,
};

/** The port that a core asks for and an edge grants; the edge opens none, it is only a name (RFC 4254 7.1). */
export const FORWARD_PORT = 443;
