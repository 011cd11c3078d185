import type { Alarms } from "#alarms";
import type { LinkReport } from "#bridge-link";
import type { CallControl, CallTotals } from "#call-bridge";
import type { MetricGroup } from "#metrics";

interface Sources {
  readonly calls: CallControl;
  readonly alarms: Alarms;
  readonly links: () => readonly LinkReport[];
}

interface Numbers {
  readonly totals: CallTotals;
  readonly calls: number;
  readonly waiting: number;
  readonly alarms: number;
  readonly links: { readonly up: number; readonly down: number };
}

/** Numbers of the meeting server; names are listed in docs/protocol/meeting-server-metrics.md. */
export function callMetrics(sources: Sources): MetricGroup<Numbers> {
  return { read: () => read(sources), families: FAMILIES };
}

function read({ calls, alarms, links }: Sources): Numbers {
  const all = calls.calls();
  const up = links().filter(({ status }) => status.state === "connected").length;
  return {
    totals: calls.totals(),
    calls: all.length,
    waiting: all.reduce((sum, { numWaiting }) => sum + numWaiting, 0),
    alarms: alarms.current().length,
    links: { up, down: links().length - up },
  };
}

const one = (value: number) => [{ labels: {}, value }];
type Family = MetricGroup<Numbers>["families"][number];
const gauge = (name: string, help: string, value: (of: Numbers) => number): Family => ({
  type: "gauge",
  name,
  help,
  labels: [],
  samples: (of) => one(value(of)),
});

export const FAMILIES: readonly Family[] = [
  gauge("turnpike_calls", "calls now", ({ calls }) => calls),
  gauge("turnpike_call_legs", "call legs now", ({ totals }) => totals.callLegsActive),
  gauge(
    "turnpike_call_legs_most",
    "most call legs at a time since the start",
    ({ totals }) => totals.callLegsMaxActive,
  ),
  {
    type: "counter",
    name: "turnpike_call_legs_completed_total",
    help: "call legs that have ended",
    labels: [],
    samples: ({ totals }) => one(totals.callLegsCompleted),
  },
  gauge("turnpike_lobby_waiting", "people in lobbies now", ({ waiting }) => waiting),
  {
    type: "gauge",
    name: "turnpike_media_bits_per_second",
    help: "media now, incoming as the server receives it",
    labels: ["kind", "direction"],
    samples: ({ totals }) => [
      { labels: { kind: "audio", direction: "incoming" }, value: totals.audioBitRateIncoming },
      { labels: { kind: "audio", direction: "outgoing" }, value: totals.audioBitRateOutgoing },
      { labels: { kind: "video", direction: "incoming" }, value: totals.videoBitRateIncoming },
      { labels: { kind: "video", direction: "outgoing" }, value: totals.videoBitRateOutgoing },
    ],
  },
  gauge(
    "turnpike_media_load_percent",
    "share of its CPUs that media takes",
    ({ totals }) => totals.mediaProcessingLoad,
  ),
  {
    type: "gauge",
    name: "turnpike_bridge_links",
    help: "links to Web Bridges by state",
    labels: ["state"],
    samples: ({ links }) => [
      { labels: { state: "up" }, value: links.up },
      { labels: { state: "down" }, value: links.down },
    ],
  },
  gauge("turnpike_alarms", "alarms that are raised now", ({ alarms }) => alarms),
];
