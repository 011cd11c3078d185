import type { EdgeConnection } from "./edge-connection.ts";
import type { Via } from "./reach.ts";

/** A connection of a core. `since` is milliseconds since 1970. */
export interface EdgeConnectionRow {
  readonly peer: string;
  readonly via: Via;
  readonly fingerprint: string;
  /** Comment of the key in `authorizedKeys`: by habit the core's name. */
  readonly keyComment: string;
  readonly since: number;
  readonly rttMs: number | undefined;
  /** On the wire. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly channels: number;
  /** What the core calls itself: "Turnpike", "OpenSSH_9.2p1". */
  readonly software: string;
  readonly domains: readonly string[];
}

export interface EdgeTunnelRow {
  readonly domain: string;
  /** Live connections that carry it. */
  readonly connections: readonly EdgeConnectionRow[];
}

/** A key that two cores hold at the same time; `since` is when that was noticed, milliseconds since 1970. */
export interface SharedIdentity {
  readonly fingerprint: string;
  readonly peers: readonly string[];
  readonly since: number;
}

export interface EdgeStatus {
  readonly domains: readonly EdgeTunnelRow[];
  /** All that have authenticated, also those that carry nothing. */
  readonly connections: readonly EdgeConnectionRow[];
  readonly sharedIdentities: readonly SharedIdentity[];
}

export function rowOf(connection: EdgeConnection, joinHosts: readonly string[]): EdgeConnectionRow {
  const { peer, from, key, since, vitals, channels, software } = connection;
  const { rttMs, bytesIn, bytesOut } = vitals;
  return {
    ...{ peer, via: from.via, fingerprint: key?.fingerprint ?? "", keyComment: key?.key.comment ?? "" },
    ...{ since, rttMs, bytesIn, bytesOut, channels, software },
    domains: joinHosts.filter((host) => connection.carries(host)),
  };
}
