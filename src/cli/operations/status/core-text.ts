import { duration } from "#base";
import type { CoreOverview, CoreTunnelRow, CoreTunnels, JoinHostsAnswer, JoinHostView } from "#core";
import { type Cell, count, type Look, paragraph, plural, printable, table } from "#terminal";
import { faultLines } from "../faults-text.ts";
import { GUEST_ROAD, type Hop, roadText } from "./road-text.ts";
import { headline, section, sectionFacts } from "./sections.ts";

export interface CoreStatus {
  readonly overview: CoreOverview;
  readonly tunnels: CoreTunnels["tunnels"];
  readonly joinHosts: Pick<JoinHostsAnswer, "enabled" | "joinHosts">;
}

/** What is wrong, how far a guest's request comes, then the edges and what has passed. */
export function coreText(one: CoreStatus, look: Look): string {
  const { overview, joinHosts } = one;
  return [
    headline("Core", { ...overview, name: printable(overview.name) }, look),
    "",
    ...faultLines(overview.alarms, overview.now, look),
    ...section(
      "The way of a guest",
      joinHosts.joinHosts.flatMap((host) => joinHostLines(host, one, look)),
      look,
    ),
    ...section("Edges", edgeLines(one, look), look),
    ...section("Web", webLines(overview, look), look),
  ].join("\n");
}

function joinHostLines(host: JoinHostView, { tunnels, joinHosts }: CoreStatus, { paint }: Look): string[] {
  const rows = tunnels.filter(({ domain, draining }) => domain === host.host && !draining);
  const active = host.targets.filter(({ status }) => status === "active").length;
  const on = joinHosts.enabled && host.enabled;
  const hops: readonly Hop[] = [{ state: "unseen" }, tunnelHop(rows), on ? targetHop(host) : { state: "off" }];
  const up = rows.filter(({ status }) => status === "active").length;
  const facts = [
    `${count(up)} of ${plural(rows.length, "tunnel connection")}`,
    on ? `${count(active)} of ${plural(host.targets.length, "Web Bridge")} active` : "off: guests are refused",
  ];
  return [
    `  ${printable(host.host)}`,
    `    ${roadText(GUEST_ROAD, hops, paint)}`,
    `    ${paint("dim", facts.join("; "))}`,
    ...targetLines(host, paint),
  ];
}

function tunnelHop(rows: readonly CoreTunnelRow[]): Hop {
  const isUp = rows.some(({ status }) => status === "active");
  const isTried = rows.some(({ status }) => status === "connecting");
  return { state: isUp ? "up" : isTried ? "unseen" : "down", tunnel: true };
}

function targetHop({ targets, lookupError }: JoinHostView): Hop {
  if (targets.some(({ status }) => status === "active")) return { state: "up" };
  return { state: lookupError || targets.some(({ status }) => status === "failed") ? "down" : "unseen" };
}

const TARGET = { active: ["good", "Active"], failed: ["bad", "Failed"], unknown: ["dim", "Not checked"] } as const;

/** By address; why one has failed stands below it. */
function targetLines({ targets, lookupError }: JoinHostView, paint: Look["paint"]): string[] {
  const rows = targets.map(({ address, status, rttMs, lastError }): Cell[] => {
    const [tone, word] = TARGET[status];
    const note = status === "failed" ? printable(lastError ?? "") : rttMs === undefined ? "" : `${rttMs.toFixed(1)} ms`;
    return ["", address, paint(tone, word), note];
  });
  const columns = Array.from({ length: 4 }, () => ({ title: "" }));
  return [
    ...table(columns, rows, paint),
    ...(lookupError ? [`    ${paint("bad", printable(lookupError.message))}`] : []),
  ];
}

function edgeLines(one: CoreStatus, look: Look): string[] {
  const { overview } = one;
  const { paint } = look;
  if (overview.edges.length === 0) return ["  none: core.yaml names no edge"];
  const rows = overview.edges.map(({ target, connections, active, rttMs }) => {
    const tone = active === connections ? "good" : active > 0 ? "warn" : "bad";
    const rtt = rttMs === undefined ? "" : `${rttMs.toFixed(1)} ms`;
    return [target, paint(tone, `${count(active)} of ${plural(connections, "connection")}`), rtt];
  });
  const lines = table([{ title: "" }, { title: "" }, { title: "" }], rows, paint);
  return overview.edges.flatMap(({ target }, i) => [lines[i]!, ...troubleLines(target, one, look)]);
}

/** The last error of each address, and when it is dialled again; what to do stands among the faults. */
function troubleLines(edge: string, { overview, tunnels }: CoreStatus, { paint, width }: Look): string[] {
  const failed = tunnels.filter(({ target, status }) => target === edge && status === "failed");
  const texts = [...Map.groupBy(failed, ({ address, lastError }) => `${address} ${lastError?.code}`).values()].map(
    (rows) => {
      const { address, lastError } = rows[0]!;
      const at = Math.min(...rows.map(({ nextTryAt }) => nextTryAt ?? Number.POSITIVE_INFINITY));
      const next = Number.isFinite(at) ? `, next try in ${duration(at - overview.now)}` : "";
      return `${address}: ${lastError?.message ?? "failed"}${next}`;
    },
  );
  return texts.flatMap((text) => paragraph(printable(text), width, "    ", (line) => paint("dim", line)));
}

function webLines({ web, allowList }: CoreOverview, look: Look): string[] {
  return sectionFacts(
    [
      ["Open now", plural(web.webSockets, "WebSocket")],
      ["Requests", `${count(web.requests)} passed on, ${count(web.refused)} refused`],
      ["Allow list", `${plural(allowList.rules, "rule")}, ${plural(allowList.refused, "request")} refused`],
    ],
    look,
  );
}
