import type { ClientOrigin, IceServer } from "#bridge-link";

/** One way to a TURN server, tried with a real Allocate (RFC 8656 7). */
export interface TurnHostStatus {
  /** IP address that `serverAddress` stands for. */
  readonly address: string;
  readonly portNumber: number;
  readonly transport: "udp" | "tcp";
  readonly reachable: boolean;
  /** From request to answer of the authenticated Allocate; undefined unless reachable. */
  readonly roundTripTimeMs: number | undefined;
  /** Where the TURN server saw the request come from. */
  readonly mapped: { readonly address: string; readonly port: number } | undefined;
  /** Allocations that this Call Bridge holds there. */
  readonly numAllocations: number;
  /** Why it is not reachable: code of the table, words, remedy, and the API's word for alarms. */
  readonly failure:
    | { readonly code: string; readonly detail: string; readonly remedy: string; readonly reason: string }
    | undefined;
  /** Milliseconds since 1970. */
  readonly checkedAt: number;
}

export interface TurnServerStatus {
  /** Of the turnServer object. */
  readonly id: string;
  readonly serverAddress: string;
  readonly clientAddress: string;
  readonly type: string;
  /** Empty while its name is not resolved, and if it is another Call Bridge's. */
  readonly hosts: readonly TurnHostStatus[];
  /** It serves this Call Bridge (callBridge, callBridgeGroup). */
  readonly ours: boolean;
  /** The one with the lowest round trip: the Call Bridge's own choice. */
  readonly preferred: boolean;
}

/** The turnServers objects as this Call Bridge uses them. Changes of the storage take effect at once. */
export interface TurnServers {
  all(): readonly TurnServerStatus[];
  status(id: string): TurnServerStatus | undefined;
  /** Tries it now, from here. Undefined if there is no such object. */
  probe(id: string): Promise<TurnServerStatus | undefined>;
  /** What a guest is given: every reachable server, nearest first, with UDP, TCP and TLS URLs as type and override say. */
  iceServersFor(origin: ClientOrigin, identity: string): readonly IceServer[];
  /** Why guests outside can have no media now, if they cannot. */
  failure(): { readonly code: string; readonly detail: string } | undefined;
}
