import type { PathFacts } from "../model/failure.ts";
import { noteTurnError, probeRelays, type RelayProbe } from "./relay-probe.ts";

/** What a page can see of the media path while it opens, and later its statistics. */
export interface PeerWatch {
  /** Facts of the newest connection that was made. */
  facts(): Promise<PathFacts>;
  stats(): Promise<RTCStatsReport | undefined>;
  /** The path takes long: looks into why, where the connection itself would not tell. */
  lookCloser(): void;
  /** There is a path: gives back what looking closer took. */
  lookAway(): void;
  /** Gives RTCPeerConnection back to the page. */
  stop(): void;
}

export interface PeerEvents {
  /** ICE found a way. */
  onPath(): void;
  onFailed(where: "path" | "securing"): void;
}

/**
 * Watches the peer connections that livekit-client makes from now on. The library keeps them to itself, so the
 * constructor is wrapped: everything seen is the standard's.
 */
export function watchPeerConnections(events: PeerEvents): PeerWatch {
  const Native = window.RTCPeerConnection;
  let newest: Watched | undefined;
  let probe: RelayProbe | undefined;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      newest = watch(this, events);
    }
  };
  return {
    facts: async () => (newest ? factsOf(newest, probe?.errors ?? []) : NOTHING_SEEN),
    lookCloser: () => {
      const iceServers = newest?.connection.getConfiguration().iceServers ?? [];
      if (newest && !probe && newest.local.relay === 0 && offersRelay(iceServers))
        probe = probeRelays(Native, iceServers);
    },
    stats: async () =>
      newest && newest.connection.signalingState !== "closed" ? newest.connection.getStats() : undefined,
    lookAway: () => probe?.end(),
    stop: () => {
      window.RTCPeerConnection = Native;
      probe?.end();
    },
  };
}

interface Watched {
  readonly connection: RTCPeerConnection;
  readonly local: Record<"host" | "srflx" | "relay", number>;
  readonly turnErrors: number[];
}

function watch(connection: RTCPeerConnection, events: PeerEvents): Watched {
  const seen: Watched = { connection, local: { host: 0, srflx: 0, relay: 0 }, turnErrors: [] };
  connection.addEventListener("icecandidate", ({ candidate }) => {
    const type = candidate?.type;
    if (type === "host" || type === "srflx" || type === "relay") seen.local[type] += 1;
  });
  connection.addEventListener("icecandidateerror", (event) => noteTurnError(seen.turnErrors, event));
  const hasPath = () => ["connected", "completed"].includes(connection.iceConnectionState);
  connection.addEventListener("iceconnectionstatechange", () => {
    if (hasPath()) events.onPath();
  });
  connection.addEventListener("connectionstatechange", () => {
    if (connection.connectionState === "failed") events.onFailed(hasPath() ? "securing" : "path");
  });
  return seen;
}

const NOTHING_SEEN: PathFacts = {
  answered: false,
  local: { host: 0, srflx: 0, relay: 0 },
  remote: 0,
  relayOffered: false,
  turnErrors: [],
  checksSent: 0,
};

async function factsOf({ connection, local, turnErrors }: Watched, probed: readonly number[]): Promise<PathFacts> {
  const entries = [...(await connection.getStats()).values()] as { requestsSent?: number }[];
  return {
    answered: connection.remoteDescription !== null,
    local: { ...local },
    // The description holds those that trickled in too; the statistics leave out what was never paired.
    remote: connection.remoteDescription?.sdp.match(/^a=candidate:/gm)?.length ?? 0,
    relayOffered: offersRelay(connection.getConfiguration().iceServers ?? []),
    turnErrors: [...turnErrors, ...probed],
    checksSent: entries.reduce((sum, { requestsSent }) => sum + (requestsSent ?? 0), 0),
  };
}

function offersRelay(iceServers: readonly RTCIceServer[]): boolean {
  return iceServers.flatMap((server) => server.urls).some((url) => /^turns?:/.test(url));
}
