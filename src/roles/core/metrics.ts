import type { Alarms } from "#alarms";
import type { MetricFamily, MetricGroup, MetricSample } from "#metrics";
import type { CoreStatus } from "./core.ts";

interface Numbers extends CoreStatus {
  readonly alarms: number;
}

type Family = MetricFamily<Numbers>;

/** docs/protocol/core-metrics.md says what to watch. */
export function coreMetrics(of: { readonly status: () => CoreStatus; readonly alarms: Alarms }): MetricGroup<Numbers> {
  return { read: () => ({ ...of.status(), alarms: of.alarms.current().length }), families: FAMILIES };
}

const STATES = ["active", "connecting", "failed"] as const;
const TARGET_STATES = ["active", "failed", "unknown"] as const;

/** Join hosts and edges are named by the configuration, so their names are bounded. */
export const FAMILIES: readonly Family[] = [
  {
    type: "gauge",
    name: "turnpike_core_tunnels",
    help: "Rows of the tunnel table (connection and join host) by state.",
    labels: ["edge", "state"],
    samples: ({ tunnels }) =>
      [...Map.groupBy(tunnels, ({ target }) => target)].flatMap(([edge, rows]) =>
        STATES.map((state): MetricSample => {
          return { labels: { edge, state }, value: rows.filter((row) => row.state === state).length };
        }),
      ),
  },
  {
    type: "gauge",
    name: "turnpike_core_tunnel_bytes",
    help: "Bytes of the tunnel connections that are up, by direction.",
    labels: ["edge", "direction"],
    samples: ({ tunnels }) =>
      [...Map.groupBy(tunnels, ({ target }) => target)].flatMap(([edge, rows]) => [
        { labels: { edge, direction: "in" }, value: rows.reduce((sum, { bytesIn }) => sum + bytesIn, 0) },
        { labels: { edge, direction: "out" }, value: rows.reduce((sum, { bytesOut }) => sum + bytesOut, 0) },
      ]),
  },
  {
    type: "gauge",
    name: "turnpike_core_targets",
    help: "Web Bridges by state.",
    labels: ["join_host", "state"],
    samples: ({ joinHosts }) =>
      joinHosts.flatMap(({ host, targets }) =>
        TARGET_STATES.map((state): MetricSample => {
          return { labels: { join_host: host, state }, value: targets.filter((one) => one.state === state).length };
        }),
      ),
  },
  number(
    "counter",
    "turnpike_core_requests_total",
    "Requests that came out of the tunnels.",
    ({ web }) => web.requests,
  ),
  number("gauge", "turnpike_core_websockets", "Open WebSockets.", ({ web }) => web.openWebSockets),
  {
    type: "counter",
    name: "turnpike_core_refused_total",
    help: "Requests that were refused, by code.",
    labels: ["code"],
    samples: ({ web }) => Object.entries(web.refused).map(([code, value]) => ({ labels: { code }, value })),
  },
  number(
    "counter",
    "turnpike_core_allow_list_allowed_total",
    "Requests that a rule allowed.",
    (of) => of.allowList.allowed,
  ),
  number(
    "counter",
    "turnpike_core_allow_list_refused_total",
    "Requests that no rule allowed.",
    (of) => of.allowList.refused,
  ),
  number("gauge", "turnpike_core_alarms", "Alarms now.", ({ alarms }) => alarms),
];

function number(type: Family["type"], name: string, help: string, value: (of: Numbers) => number): Family {
  return { type, name, help, labels: [], samples: (of) => [{ labels: {}, value: value(of) }] };
}
