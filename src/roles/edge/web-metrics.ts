import type { Alarms } from "#alarms";
import type { MetricFamily, MetricGroup } from "#metrics";
import type { EdgeProxy, EdgeWebStatus, Protection, ProtectionStatus } from "#proxy";
import type { EdgeEnd, EdgeStatus as TunnelStatus } from "#tunnel";

interface Numbers {
  readonly web: EdgeWebStatus;
  readonly tunnels: TunnelStatus;
  readonly protection: ProtectionStatus;
  readonly alarms: number;
}

type Family = MetricFamily<Numbers>;

/** docs/protocol/edge-metrics.md says what to watch. */
export function webMetrics(of: {
  readonly proxy: EdgeProxy;
  readonly end: EdgeEnd;
  readonly protection: Protection;
  readonly alarms: Alarms;
}): MetricGroup<Numbers> {
  return {
    read: () => ({
      web: of.proxy.status(),
      tunnels: of.end.status(),
      protection: of.protection.status(),
      alarms: of.alarms.current().length,
    }),
    families: FAMILIES,
  };
}

/** Join hosts are named by the configuration, so their names are bounded. */
export const FAMILIES: readonly Family[] = [
  number("counter", "turnpike_edge_requests_total", "Requests of guests.", ({ web }) => web.requests),
  number("gauge", "turnpike_edge_connections", "Open connections on the web port.", ({ web }) => web.connections),
  number("gauge", "turnpike_edge_websockets", "Open WebSockets.", ({ web }) => web.openWebSockets),
  number(
    "counter",
    "turnpike_edge_bad_proxy_headers_total",
    "Connections of balancers without a valid PROXY header.",
    (of) => of.web.badProxyHeaders,
  ),
  split(
    "counter",
    "turnpike_edge_refused_total",
    "Requests that were refused, by code.",
    "code",
    ({ web }) => web.refused,
  ),
  split("gauge", "turnpike_edge_tunnels", "Tunnel connections that carry a join host.", "join_host", ({ tunnels }) =>
    Object.fromEntries(tunnels.domains.map(({ domain, connections }) => [domain, connections.length])),
  ),
  number(
    "gauge",
    "turnpike_edge_tunnel_connections",
    "Authenticated tunnel connections.",
    (of) => of.tunnels.connections.length,
  ),
  number(
    "gauge",
    "turnpike_edge_shared_identities",
    "Tunnel keys that two cores hold at once.",
    (of) => of.tunnels.sharedIdentities.length,
  ),
  number(
    "gauge",
    "turnpike_edge_blocked_sources",
    "Sources that are blocked now.",
    ({ protection }) => protection.blocked.length,
  ),
  split(
    "counter",
    "turnpike_edge_failures_total",
    "What sources did wrong, by kind.",
    "kind",
    ({ protection }) => protection.failures,
  ),
  split(
    "counter",
    "turnpike_edge_turned_away_total",
    "Connections that were turned away, by why.",
    "why",
    ({ protection }) => protection.refused,
  ),
  number("gauge", "turnpike_edge_alarms", "Alarms now.", ({ alarms }) => alarms),
];

function number(type: Family["type"], name: string, help: string, value: (of: Numbers) => number): Family {
  return { type, name, help, labels: [], samples: (of) => [{ labels: {}, value: value(of) }] };
}

function split(
  type: Family["type"],
  name: string,
  help: string,
  label: string,
  values: (of: Numbers) => Readonly<Record<string, number>>,
): Family {
  const samples = (of: Numbers) =>
    Object.entries(values(of)).map(([key, value]) => ({ labels: { [label]: key }, value }));
  return { type, name, help, labels: [label], samples };
}
