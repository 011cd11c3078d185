import type { MetricFamily, MetricGroup, MetricSample } from "#metrics";
import type { TurnStatus } from "#turn";
import type { TurnControl } from "./turn-routes.ts";

type Family = MetricFamily<TurnStatus>;

/** docs/protocol/turn-metrics.md says what to watch. */
export function turnMetrics(turn: Pick<TurnControl, "status">): MetricGroup<TurnStatus> {
  return {
    up: { name: "turnpike_turn_up", help: "1 if the TURN server answers." },
    read: () => turn.status(),
    families: [...NOW, ...COUNTS, ...TRAFFIC, ...PLANE],
  };
}

const NOW: readonly Family[] = [
  gauge("draining", "1 while no new allocations are taken.", ({ state }) => (state === "draining" ? 1 : 0)),
  gauge("start_time_seconds", "When the counts began, in seconds since 1970.", ({ startedAt }) => startedAt / 1000),
  gauge("relays", "Relayed transport addresses; two for a dual allocation.", ({ relays }) => relays),
  gauge("connections", "Open TCP and TLS connections of clients.", ({ connections }) => connections),
  split(
    "gauge",
    "allocations",
    "Allocations by the transport of their client.",
    "transport",
    (status) => status.allocationsByTransport,
  ),
  split(
    "gauge",
    "allocations_by_role",
    "Allocations by the role of their user.",
    "role",
    (status) => status.allocationsByRole,
  ),
  {
    type: "gauge",
    name: "turnpike_turn_relay_ports",
    help: "Ports for relays.",
    labels: ["family", "state"],
    samples: ({ ports }) =>
      ports.flatMap(({ family, used, free, quarantined, reserved }) =>
        by("state", { used, free, quarantined, reserved }, { family }),
      ),
  },
  split("gauge", "cluster_servers", "Other edges of the cluster, as seen from here.", "state", ({ cluster }) => ({
    reachable: cluster.filter(({ state }) => state === "reachable").length,
    unreachable: cluster.filter(({ state }) => state === "unreachable").length,
    draining: cluster.filter(({ state }) => state === "draining").length,
  })),
];

const COUNTS: readonly Family[] = [
  split("counter", "requests_total", "Requests by method.", "method", ({ requests }) => requests),
  split("counter", "responses_total", "Responses: success, or the error code.", "code", ({ responses }) => responses),
  split("counter", "silent_total", "Packets that were given no answer.", "cause", ({ silent }) => silent),
  split(
    "counter",
    "refused_peers_total",
    "Peers refused (403), by the rule that decided.",
    "rule",
    (status) => status.refusedPeers,
  ),
];

const TRAFFIC: readonly Family[] = [
  split("counter", "packets_total", "Packets relayed.", "direction", ({ traffic }) => ({
    to_peer: traffic.sentPackets,
    to_client: traffic.receivedPackets,
  })),
  split("counter", "bytes_total", "Payload bytes relayed.", "direction", ({ traffic }) => ({
    to_peer: traffic.sentBytes,
    to_client: traffic.receivedBytes,
  })),
  split("counter", "dropped_packets_total", "Packets not relayed.", "cause", ({ traffic }) => ({
    no_permission: traffic.refusedPackets,
    congested: traffic.droppedPackets,
    limited: traffic.limitedPackets,
  })),
  {
    type: "counter",
    name: "turnpike_turn_hairpin_packets_total",
    help: "Of the packets to peers, those that went to another relay in memory.",
    labels: [],
    samples: ({ traffic }) => [{ labels: {}, value: traffic.hairpinPackets }],
  },
];

const PLANE: readonly Family[] = [
  split("gauge", "plane_threads", "Threads that move packets, by the plane at work.", "kind", ({ plane }) => ({
    [plane.kind]: plane.threads,
  })),
  {
    type: "counter",
    name: "turnpike_turn_plane_dropped_upwards_total",
    help: "Packets that were not handed to TypeScript because it did not keep up.",
    labels: [],
    samples: ({ plane }) => [{ labels: {}, value: plane.droppedUpwards }],
  },
  split("counter", "plane_runs_total", "Sends and reads that carried several packets.", "direction", ({ plane }) => ({
    out: plane.runs.sends,
    in: plane.merged.reads,
  })),
  split("counter", "plane_run_packets_total", "Packets in these.", "direction", ({ plane }) => ({
    out: plane.runs.packets,
    in: plane.merged.packets,
  })),
  split(
    "counter",
    "plane_fallbacks_total",
    "Runs that had to be sent packet by packet, by the system's error.",
    "error",
    ({ plane }) => plane.fallbacks,
  ),
];

function gauge(name: string, help: string, value: (status: TurnStatus) => number): Family {
  return {
    type: "gauge",
    name: `turnpike_turn_${name}`,
    help,
    labels: [],
    samples: (status) => [{ labels: {}, value: value(status) }],
  };
}

/** A family with one label, whose values are the keys of a record. */
function split(
  type: Family["type"],
  name: string,
  help: string,
  label: string,
  values: (status: TurnStatus) => Readonly<Record<string, number>>,
): Family {
  return {
    type,
    name: `turnpike_turn_${name}`,
    help,
    labels: [label],
    samples: (status) => by(label, values(status)),
  };
}

function by(
  label: string,
  values: Readonly<Record<string, number>>,
  more: MetricSample["labels"] = {},
): MetricSample[] {
  return Object.entries(values).map(([key, value]) => ({ labels: { ...more, [label]: key }, value }));
}
