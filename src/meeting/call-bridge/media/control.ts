/**
 * The typed calls and events between a Call Bridge and its media workers. A leg is one PeerConnection of one client; a
 * source is one track that a leg sends; a subscription is one source forwarded to one leg.
 */

import type { Forwarding, SourceOptions, StreamStats, SubscriptionOptions } from "#sfu";

export type { Codec, ExtensionIds, Forwarding, SourceOptions, StreamStats, SubscriptionOptions } from "#sfu";

export interface IceCandidate {
  readonly type: "host" | "relay";
  readonly address: string;
  readonly port: number;
  readonly priority: number;
  readonly foundation: string;
}

/** What goes into the SDP answer. The worker is ICE-lite and DTLS-passive; one certificate for each worker. */
export interface LocalTransport {
  readonly iceUfrag: string;
  readonly icePwd: string;
  readonly fingerprint: Fingerprint;
  readonly candidates: readonly IceCandidate[];
}

/** RFC 8122: { algorithm: "sha-256", value: "AB:CD:..." } */
export interface Fingerprint {
  readonly algorithm: string;
  readonly value: string;
}

export type MediaRequest =
  | {
      readonly do: "openLeg";
      readonly legId: string;
      readonly callId: string;
      readonly via: "edge" | "inside";
      readonly permit: readonly string[];
    }
  /** Once, from the first offer. */
  | { readonly do: "setRemote"; readonly legId: string; readonly fingerprint: Fingerprint; readonly sctpPort?: number }
  | { readonly do: "restartIce"; readonly legId: string }
  /** Lets a candidate address of this leg through the relays: TURN permissions are by IP (RFC 8656 9). */
  | { readonly do: "permit"; readonly legId: string; readonly address: string }
  /** `muted` from its first packet on, as by `muteSource`; left out, a source that exists stays as it is. */
  | { readonly do: "addSource"; readonly source: SourceOptions; readonly muted?: boolean }
  | { readonly do: "removeSource"; readonly sourceId: string }
  /** Nothing of a muted source is forwarded, repeated or heard, also if its sender goes on. */
  | { readonly do: "muteSource"; readonly sourceId: string; readonly muted: boolean }
  /** As `setSubscription` from its first packet on; without `forwarding` all layers, or as it was if it exists. */
  | {
      readonly do: "addSubscription";
      readonly subscription: SubscriptionOptions;
      readonly forwarding?: Forwarding;
    }
  | { readonly do: "removeSubscription"; readonly subscriptionId: string }
  /** The highest layer that this receiver wants: 0 lowest. `paused` forwards nothing. */
  | {
      readonly do: "setSubscription";
      readonly subscriptionId: string;
      readonly maxLayer: number;
      readonly paused: boolean;
    }
  | {
      readonly do: "sendData";
      readonly legIds: readonly string[];
      readonly label: DataLabel;
      readonly data: Uint8Array;
    }
  | { readonly do: "closeLeg"; readonly legId: string }
  /** The edges from now on, best first. One that is the same but for its place keeps its allocation. */
  | { readonly do: "setEdges"; readonly edges: readonly EdgeServer[] }
  | { readonly do: "stats" };

/** openLeg and restartIce answer with LocalTransport, stats with WorkerStats, the others with nothing. */
export type MediaAnswer = LocalTransport | WorkerStats | undefined;

export type DataLabel = "_reliable" | "_lossy";

export type LegState =
  | { readonly state: "new" }
  /** The first authenticated ICE check has arrived: DTLS is under way. */
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly path: LegPath }
  | { readonly state: "closed"; readonly code: string; readonly detail: string };

export interface LegPath {
  /** "host": straight to the worker's socket. "relay": over the worker's allocation on an edge. */
  readonly link: "host" | "relay";
  readonly peer: { readonly address: string; readonly port: number };
  /** The edge's server address if over a relay. */
  readonly edge?: string;
  /** Its `EdgeServer.id`. */
  readonly edgeId?: string;
}

export type MediaEvent =
  | { readonly event: "leg"; readonly legId: string; readonly state: LegState }
  /** Every 300 ms at most, and only if it changed: who speaks, loudest first; level 0 (silent) to 1. */
  | {
      readonly event: "speakers";
      readonly callId: string;
      readonly speakers: readonly { readonly legId: string; readonly level: number; readonly active: boolean }[];
    }
  | { readonly event: "data"; readonly legId: string; readonly label: DataLabel; readonly data: Uint8Array }
  | { readonly event: "edge"; readonly edge: EdgeState }
  /** No authenticated packet for 5 s. The client is asked to restart ICE. */
  | { readonly event: "pathLost"; readonly legId: string };

/** The worker's one allocation on an edge. */
export type EdgeState = {
  /** Of its `EdgeServer`. */
  readonly id: string;
  readonly serverAddress: string;
} & (
  | { readonly state: "allocating" }
  | {
      readonly state: "ready";
      readonly relayed: { readonly address: string; readonly port: number };
      readonly rttMs: number;
    }
  | { readonly state: "failed"; readonly code: string; readonly detail: string; readonly nextTryMs: number }
);

export interface WorkerStats {
  readonly legs: readonly LegStats[];
  readonly edges: readonly EdgeState[];
  /** Percent of one CPU that the worker used in the last seconds; its native threads may take it over 100. */
  readonly cpuPercent: number;
}

export interface LegStats {
  readonly legId: string;
  readonly state: LegState;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly nacksAnswered: number;
  /** Bits per second that the way to this leg takes, by its transport-cc feedback; left out before the first. */
  readonly estimate?: number;
  /** To the client and back, by its receiver reports: left out before it has received something for some seconds. */
  readonly roundTripTimeMs?: number;
  /** What the leg sends: one for each of its sources, its simulcast layers taken together. */
  readonly rx: readonly StreamStats[];
  /** What the leg is sent: one for each of its subscriptions. */
  readonly tx: readonly StreamStats[];
}

/** How a worker is started. */
export interface MediaWorkerOptions {
  readonly listen: { readonly address: string; readonly advertised: string; readonly port: number };
  readonly edges: readonly EdgeServer[];
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

/** One TURN server as a media worker uses it. */
export interface EdgeServer {
  /** Names it among the worker's edges. */
  readonly id: string;
  /** Where the Call Bridge reaches it: host and port. */
  readonly serverAddress: string;
  readonly port: number;
  readonly transport: "udp" | "tcp";
  readonly credentials:
    | { readonly kind: "short-term"; readonly sharedSecret: string }
    | { readonly kind: "static"; readonly username: string; readonly password: string };
}
