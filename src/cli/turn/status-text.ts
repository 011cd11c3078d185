import { duration, formatAddress } from "#base";
import { type Cell, count, facts, flow, type Look, type Paint, plural, table } from "#terminal";
import type { PortGauge, TurnListener, TurnStatus } from "#turn";
import { type Earlier, trafficLines } from "./traffic-text.ts";

/** What stands at the foot of the guide's TURN page, then what changes most: a watcher may see the first 24 lines only. */
export function statusText(status: TurnStatus, look: Look, earlier?: Earlier): string {
  const { paint } = look;
  const section = (title: string, lines: readonly string[]) =>
    lines.length ? ["", paint("title", title), ...lines] : [];
  return [
    paint("title", "TURN server status"),
    ...overview(status, look),
    ...section("Relay ports", portLines(status.ports, paint)),
    ...section("Traffic", trafficLines(status.traffic, paint, earlier)),
    ...section("Packet plane", planeLines(status.plane, paint)),
    ...section("Requests and responses", requestLines(status, paint)),
    ...section("Refused peers, by rule", tally(status.refusedPeers, paint)),
    ...section("Packets without an answer", tally(status.silent, paint)),
    ...section("Cluster", clusterLines(status, paint)),
  ].join("\n");
}

/** Of "  Active TURN clients  ". */
const NAMES_WIDTH = 23;

function overview(status: TurnStatus, { paint, width, now }: Look): string[] {
  const listening = listeners(status.listening, width - NAMES_WIDTH);
  return facts(
    [
      ["Status", status.state === "active" ? paint("good", "Active") : paint("warn", "Draining")],
      ["Running for", duration(now - status.startedAt)],
      ["Realm", status.realm],
      ["Listening", listening.length ? listening : paint("bad", "nowhere")],
      ["TCP connections", count(status.connections)],
      ["Active TURN clients", count(status.allocations)],
      ["  by connection", words(status.allocationsByTransport).toUpperCase()],
      ["  by role", words(status.allocationsByRole)],
      ["Active TURN relays", count(status.relays)],
      ["Packet plane", flow([planeName(status.plane), status.plane.why], width - NAMES_WIDTH)],
    ],
    paint,
  );
}

/** "native, 2 threads" */
function planeName({ kind, threads }: TurnStatus["plane"]): string {
  return kind === "native" ? `native, ${plural(threads, "thread")}` : "TypeScript, 1 thread";
}

const TRANSPORT = { udp: "UDP", tcp: "TCP and TLS", tls: "TLS", web: "TCP and TLS beside the web server" } as const;

/** "192.0.2.10:3478 UDP, TCP and TLS" */
function listeners(listening: readonly TurnListener[], width: number): string[] {
  return [...Map.groupBy(listening, formatAddress)].flatMap(([where, at]) => {
    const [first, ...rest] = at.map(({ transport }) => TRANSPORT[transport]);
    return flow([`${where} ${first}`, ...rest], width);
  });
}

function words(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, n]) => n > 0);
  return some.map(([word, n]) => `${count(n)} ${word}`).join(", ") || "-";
}

const FAMILY = { ipv4: "IPv4", ipv6: "IPv6" } as const;
const BAR = 20;

function portLines(ports: readonly PortGauge[], paint: Paint): string[] {
  const titles = ["in use", "free", "resting", "reserved"].map((title) => ({ title, align: "right" }) as const);
  const rows = ports.map((gauge) => [
    FAMILY[gauge.family],
    bar(gauge, paint),
    ...[gauge.used, gauge.free, gauge.quarantined, gauge.reserved].map(count),
  ]);
  return ports.length ? table([{ title: "" }, { title: "" }, ...titles], rows, paint) : [];
}

/** What cannot be given out now, of all. One port in use shows, and so does one that is free. */
export function bar({ used, free, quarantined, reserved }: PortGauge, paint: Paint): string {
  const taken = used + quarantined + reserved;
  const share = taken + free === 0 ? 1 : taken / (taken + free);
  const cells = share < 0.5 ? Math.ceil(share * BAR) : Math.floor(share * BAR);
  const tone = share >= 0.95 ? "bad" : share >= 0.8 ? "warn" : "good";
  return `[${paint(tone, "#".repeat(cells))}${paint("dim", "-".repeat(BAR - cells))}]`;
}

/** What only a plane has that sends and receives many packets at once. */
function planeLines({ kind, runs, merged, fallbacks, droppedUpwards }: TurnStatus["plane"], paint: Paint): string[] {
  if (kind !== "native") return [];
  const rows: Cell[][] = [
    ["sent in runs", count(runs.packets), `in ${plural(runs.sends, "send")}`],
    ["received in runs", count(merged.packets), `in ${plural(merged.reads, "read")}`],
    ...Object.entries(fallbacks)
      .filter(([, n]) => n > 0)
      .map(([error, n]): Cell[] => ["runs sent one by one", count(n), error]),
    ["not handed to TypeScript in time", count(droppedUpwards), ""],
  ];
  return table([{ title: "" }, { title: "packets", align: "right" }, { title: "" }], rows, paint);
}

/** Methods at the left, answers at the right. */
function requestLines({ requests, responses }: TurnStatus, paint: Paint): string[] {
  const left = Object.entries(requests).toSorted(([, a], [, b]) => b - a);
  const right = Object.entries(responses).toSorted(([a], [b]) => Number(a !== "success") - Number(b !== "success"));
  if (left.length + right.length === 0) return [];
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, i): Cell[] => [
    ...cells(left[i]),
    "",
    ...cells(right[i]),
  ]);
  const number = { title: "", align: "right" } as const;
  return table([{ title: "requests" }, number, { title: "" }, { title: "responses" }, number], rows, paint);
}

function cells(entry: readonly [string, number] | undefined): [string, string] {
  return entry ? [entry[0], count(entry[1])] : ["", ""];
}

function tally(counts: Readonly<Record<string, number>>, paint: Paint): string[] {
  const rows = Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([word, n]) => [count(n), word]);
  return table([{ title: "", align: "right" }, { title: "" }], rows, paint);
}

const CLUSTER_TONE = { reachable: "good", draining: "warn", unreachable: "bad" } as const;

function clusterLines({ cluster }: TurnStatus, paint: Paint): string[] {
  const rows = cluster.map(({ server, state, load }) => [
    formatAddress(server),
    paint(CLUSTER_TONE[state], state),
    load ? `${count(load.allocations)} of ${plural(load.capacity, "allocation")}` : "",
  ]);
  return table([{ title: "" }, { title: "" }, { title: "" }], rows, paint);
}
