import type { Duplex } from "node:stream";
import type { Clock, Log } from "#base";
import type { Dns } from "#dns";
import type { SocketTap } from "#listeners";
import type { TunnelKey } from "./keys.ts";
import type { TunnelLimits } from "./limits.ts";

/** What all connections of a core share. The first ones change while it runs. */
export interface CoreRules {
  identity: TunnelKey;
  joinHosts: readonly string[];
  connectionsPerEdge: number;
  /** Our edges take the key as identity; an OpenSSH server wants an account. */
  readonly username: string;
  /** 443; another one only where a test's sshd really binds it. */
  readonly forwardPort: number;
  /** Takes what an edge sends for a join host: treat it as the Internet. */
  readonly onChannel: (host: string, channel: Duplex, edge: string) => void;
  /** Random for each start: the edge tells two cores with one key apart by it. */
  readonly instance: string;
  readonly limits: TunnelLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly dns: () => Dns;
  /** Sees the connections on the wire. */
  readonly tap: SocketTap;
  readonly log: Log;
  /** Something in the table is different. */
  readonly changed: () => void;
}
