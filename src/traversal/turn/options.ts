import type { TransportAddress } from "#base";

/** What the holder of credentials may reach: a guest only the relays of bridges, a bridge the public Internet as well. */
export type TurnRole = "guest" | "bridge";

/** A local user. Of the password only what verifies it is kept (RFC 8489 18.5.1). */
export interface TurnUser {
  readonly username: string;
  readonly role: TurnRole;
  /** MD5 and SHA-256 of "username:realm:password", hexadecimal: as secret as the password within this realm. */
  readonly md5: string;
  readonly sha256: string;
}

/** An address of one family that relay sockets are bound to, and by which peers reach it if a NAT translates one to one. */
export interface RelayAddress {
  readonly address: string;
  readonly advertised: string;
}

/** Where clients connect. Port 0 is any, the same for UDP and TCP. */
export interface ListenAddress extends TransportAddress {
  /** "tcp" takes plain STUN and TLS, told apart by the first byte; "tls" takes TLS only. */
  readonly transports: readonly ("udp" | "tcp" | "tls")[];
}

export interface ClusterPeer {
  /** TURN over UDP as clients reach it: an address, or a name that is looked up. */
  readonly server: TransportAddress;
  /** Its port for TCP and TLS clients, if it is another. */
  readonly tcpPort?: number | undefined;
  /** As this edge reaches it, if that is elsewhere. */
  readonly probe?: TransportAddress | undefined;
}

export interface TurnLimits {
  /** Also counted for renewed short-term credentials of one user. */
  readonly allocationsPerUser: number;
  /** Of one client address (IPv6: one /64). */
  readonly allocationsPerAddress: number;
  readonly allocations: number;
  /** Of one allocation. */
  readonly permissions: number;
  readonly channels: number;
  /** Of one allocation of a guest; a bridge has all guests of its calls for peers. */
  readonly newPeersPerSecond: number;
  readonly packetsPerSecond: number;
  readonly bitsPerSecond: number;
  /** TCP and TLS, of one client address and in all. */
  readonly connectionsPerAddress: number;
  readonly connections: number;
}

/** Plain data, since it crosses to the worker process. Holds secrets: never print it. */
export interface TurnServerOptions {
  readonly listen: readonly ListenAddress[];
  /** PEM texts for TLS clients. */
  readonly tls?: { readonly certificate: string; readonly key: string } | undefined;
  readonly relay: {
    readonly ipv4?: RelayAddress | undefined;
    readonly ipv6?: RelayAddress | undefined;
    readonly ports: { readonly first: number; readonly last: number };
    /** For clients that name no address family: IPv4 (RFC 8656 7.2), that of the listener, or both. */
    readonly defaultFamily: "ipv4" | "listener" | "dual";
  };
  readonly realm: string;
  /** What a wrong password is answered with: 431 for clients that know Expressway's "Integrity Check Failure". */
  readonly wrongPasswordCode: 401 | 431;
  /** Any of them makes short-term credentials valid, so that one can be replaced by the next. */
  readonly sharedSecrets: readonly string[];
  readonly users: readonly TurnUser[];
  /** The role of short-term user names that name none. */
  readonly defaultRole: TurnRole;
  /** Prefixes ("10.0.0.0/8") that a role may reach besides. */
  readonly allowPeers: { readonly [role in TurnRole]: readonly string[] };
  /** Sockets of this machine that no peer may be, whatever is allowed: web, tunnel, administration. */
  readonly neverPeers: readonly TransportAddress[];
  readonly unauthenticatedBinding: boolean;
  /** RFC 6062. */
  readonly tcpAllocations: boolean;
  /** RFC 8016. */
  readonly mobility: boolean;
  /** The other edges, to which clients are sent when this one is full or drains. */
  readonly cluster: readonly ClusterPeer[];
  readonly limits: TurnLimits;
  /** What moves the packets: "auto", as if left out, is the native plane where its addon was built. */
  readonly plane?: "auto" | "typescript" | undefined;
  /** Of the native plane. 0, as if left out, is one for each core. */
  readonly threads?: number | undefined;
  /** Of the native plane: for so long at most packets wait for others, while many come. */
  readonly pauseMicroseconds?: number | undefined;
}

/** What needs a restart; everything else may change while the server runs. */
export const FIXED = [
  "listen",
  "relay",
  "realm",
  "plane",
  "threads",
  "pauseMicroseconds",
] as const satisfies readonly (keyof TurnServerOptions)[];
