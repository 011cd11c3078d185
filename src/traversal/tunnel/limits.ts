/** Times and caps of both ends. A test may shorten them; an administrator has no reason to. */
export interface TunnelLimits {
  /** The edge closes a connection that has not authenticated by then, ms. */
  readonly handshakeMs: number;
  /** How long the core waits for TCP, ms: a little more than 3 s, when the kernel sends its third SYN. */
  readonly connectMs: number;
  /** After so long without an answer on the tunnel port the core tries the edge's 443 beside it, ms. */
  readonly headStartMs: number;
  /** How long the core waits for the SSH handshake once there is a connection, ms. */
  readonly dialMs: number;
  /** Between two signs of life that each end asks of the other, ms. */
  readonly probeMs: number;
  /** Silence after which a connection is given up, ms. */
  readonly silenceMs: number;
  /** How long the edge waits for a channel before it tries the next connection, ms. */
  readonly channelOpenMs: number;
  /** Wait before the first retry, ms; it doubles with each failure. */
  readonly firstRetryMs: number;
  /** Longest wait between two tries, ms: with `connectMs` it keeps the way back under 5 s once the network is there. */
  readonly lastRetryMs: number;
  /** The same after a refused key or a wrong host key, ms: people mend that, and haste would look like guessing. */
  readonly refusedRetryMs: number;
  /** Between two times that the core asks anew for its join hosts on a live connection, ms. */
  readonly askAgainMs: number;
  /** Between two tries of the tunnel port while a connection goes over 443, ms. */
  readonly directMs: number;
  /** Longest time between two look-ups of an edge's name, and shortest, ms. */
  readonly lookUpMs: number;
  readonly lookUpAgainMs: number;
  /** A connection that is no longer wanted is cut after that, however busy it is, ms. */
  readonly drainMs: number;
  readonly channelsPerConnection: number;
  /** Connections that have not authenticated yet, in all and from one address. */
  readonly pending: number;
  readonly pendingPerSource: number;
  readonly connections: number;
}

export const TUNNEL_LIMITS: TunnelLimits = {
  handshakeMs: 15_000,
  connectMs: 3_500,
  headStartMs: 1_000,
  dialMs: 5_000,
  probeMs: 1_500,
  silenceMs: 4_500,
  channelOpenMs: 2_000,
  firstRetryMs: 500,
  lastRetryMs: 2_000,
  refusedRetryMs: 10_000,
  askAgainMs: 5_000,
  directMs: 60_000,
  lookUpMs: 60_000,
  lookUpAgainMs: 5_000,
  drainMs: 600_000,
  channelsPerConnection: 2_000,
  pending: 32,
  pendingPerSource: 8,
  connections: 64,
};

/** The port that a core asks for and an edge grants; the edge opens none, it is only a name (RFC 4254 7.1). */
export const FORWARD_PORT = 443;

/** ALPN (RFC 7301) of a tunnel over the edge's 443. */
export const TUNNEL_ALPN = "turnpike-tunnel";
