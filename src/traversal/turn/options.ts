import type { TransportAddress } from "#base";

/** What the holder of credentials may reach: a guest only the relays of bridges, a bridge the public Internet as well. */
export type TurnRole = "guest" | "bridge";

export interface TurnUser {
  readonly username: string;
  readonly password: string;
  readonly role: TurnRole;
}

/** Plain data, since it crosses to the worker process. Holds secrets: never print it. */
export interface TurnServerOptions {
  /** UDP and TCP on each; port 0 is any. */
  readonly listen: readonly TransportAddress[];
  readonly relay: {
    /** IPv4; relay sockets are bound to it. */
    readonly address: string;
    /** IPv4; what peers reach it by, if a NAT translates one to one. */
    readonly advertised: string;
    readonly ports: { readonly first: number; readonly last: number };
  };
  readonly realm: string;
  /** Any of them makes short-term credentials valid, so that one can be replaced by the next. */
  readonly sharedSecrets: readonly string[];
  readonly users: readonly TurnUser[];
  /** The role of short-term user names that name none. */
  readonly defaultRole: TurnRole;
  /** Prefixes ("10.0.0.0/8") that a role may reach besides. */
  readonly allowPeers: { readonly [role in TurnRole]: readonly string[] };
  readonly unauthenticatedBinding: boolean;
  readonly maxAllocationsPerUser: number;
  readonly maxAllocations: number;
}
