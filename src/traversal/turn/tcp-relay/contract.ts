import type { TransportAddress } from "#base";
import type { RelayCounters } from "#packet-plane";
import type { User } from "../credentials.ts";

export interface TcpRelayOptions {
  readonly bound: TransportAddress;
  /** What peers see, other relays of this server among them. */
  readonly relayed: TransportAddress;
  /** Whose ConnectionBind is taken. */
  readonly owner: User;
  /** In both directions together; what is above it waits. No limit if left out. */
  readonly bytesPerSecond?: number | undefined;
  /** May a connection from there come in? Asked once for each: permissions and policy. */
  admits(peer: TransportAddress): boolean;
  /** May there be a connection with that peer? The policy alone, asked again by `recheck`. */
  allows(peer: TransportAddress): boolean;
  /** A peer has connected, and waits for a ConnectionBind. */
  onAttempt(connectionId: number, peer: TransportAddress): void;
}

/** The relayed transport address of one TCP allocation (RFC 6062). */
export interface TcpRelay {
  /** Resolves with the CONNECTION-ID; the caller has judged the peer. Rejects with TurnError 403, 446, 447 or 508. */
  connect(peer: TransportAddress): Promise<number>;
  /** Ends connections with peers that are not allowed any more. */
  recheck(): void;
  /** Ends the listener, all peer connections and all data connections. */
  close(): void;
  /** A "packet" is what was read at once; bytes are exact. */
  readonly counters: Readonly<RelayCounters>;
}
