import type { TransportAddress } from "#base";
import type { PlaneStatus, RelayCounters } from "#packet-plane";
import type { TurnRole } from "./options.ts";

/** Plain data: it crosses from the worker process to the role, and from there to the administrator as JSON. */

export type TurnTransport = "udp" | "tcp" | "tls";

export interface TurnListener extends TransportAddress {
  /** "tcp" tells TLS from plain STUN by the first byte; "tls" takes nothing else. "web" shares the web server's 443. */
  readonly transport: TurnTransport | "web";
}

/** Counts since the start of the TURN server. Keys are fixed words and numbers, never anything from the wire. */
export interface TurnStatus {
  readonly state: "active" | "draining";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly realm: string;
  readonly listening: readonly TurnListener[];
  /** Allocations now. */
  readonly allocations: number;
  readonly allocationsByTransport: Readonly<Record<TurnTransport, number>>;
  readonly allocationsByRole: Readonly<Record<TurnRole, number>>;
  /** Relayed transport addresses now: one for each allocation, two for a dual one. */
  readonly relays: number;
  readonly ports: readonly PortGauge[];
  /** Open TCP and TLS connections. */
  readonly connections: number;
  /** By method name: "allocate", "refresh", "createPermission" ... */
  readonly requests: Readonly<Record<string, number>>;
  /** By code: "success", "400", "401", ... */
  readonly responses: Readonly<Record<string, number>>;
  /** Packets that got no answer, by cause: "junk", "401 budget", "failed too often" ... */
  readonly silent: Readonly<Record<string, number>>;
  /** 403, by the rule that decided. */
  readonly refusedPeers: Readonly<Record<string, number>>;
  readonly traffic: Readonly<RelayCounters>;
  /** What moves the packets, and why this one: "the native addon is built", "turn.plane says so". */
  readonly plane: PlaneStatus & { readonly why: string };
  /** Other edges of the cluster. */
  readonly cluster: readonly ClusterPeerStatus[];
}

export interface PortGauge {
  readonly family: "ipv4" | "ipv6";
  readonly used: number;
  readonly free: number;
  /** Resting after use (RFC 8656 7.2). */
  readonly quarantined: number;
  /** Held for a RESERVATION-TOKEN. */
  readonly reserved: number;
}

export interface ClusterPeerStatus {
  readonly server: TransportAddress;
  readonly state: "reachable" | "unreachable" | "draining";
  /** Allocations held, of so many. Undefined while it does not answer. */
  readonly load: { readonly allocations: number; readonly capacity: number } | undefined;
}

/** One row of the TURN relay usage table, with what its drill-down shows. */
export interface AllocationStatus {
  readonly id: number;
  readonly client: TransportAddress;
  readonly transport: TurnTransport;
  readonly role: TurnRole;
  readonly user: string;
  /** The protocol of the relays: "tcp" for those of RFC 6062. */
  readonly relayTransport: "udp" | "tcp";
  readonly relays: readonly TransportAddress[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Seconds since a packet passed. Unknown of TCP relays. */
  readonly idleS?: number | undefined;
  readonly permissions: readonly { readonly address: string; readonly expiresAt: number }[];
  readonly channels: readonly {
    readonly number: number;
    readonly peer: TransportAddress;
    readonly expiresAt: number;
  }[];
  /** Requests of this client by method name, and its responses by code, as in TurnStatus. */
  readonly requests: Readonly<Record<string, number>>;
  readonly responses: Readonly<Record<string, number>>;
  readonly counters: Readonly<RelayCounters>;
}

/** Why a credential may or may not reach a peer. */
export interface PeerVerdict {
  readonly role: TurnRole;
  readonly user: string;
  readonly peer: TransportAddress;
  /** The form in which it was judged: 64:ff9b::7f00:1 is 127.0.0.1. */
  readonly canonical: string;
  readonly allowed: boolean;
  readonly rule: string;
}
