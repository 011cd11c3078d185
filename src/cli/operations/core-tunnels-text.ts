import { duration } from "#base";
import type { CoreTunnelRow, CoreTunnels } from "#core";
import { bytes, type Cell, type Column, type Look, printable, table } from "#terminal";

const COLUMNS: readonly Column[] = [
  { title: "Target, domain" },
  { title: "Status" },
  { title: "Peer" },
  { title: "In, out", align: "right" },
];

/** The guide's "Unified Communications SSH tunnels status", with what is wrong below the table. */
export function coreTunnelsText({ tunnels, identity }: CoreTunnels, look: Look): string {
  const { paint } = look;
  const title = paint("title", "SSH tunnels status");
  if (tunnels.length === 0) return `${title}\n  none: core.yaml names no edge or no join host`;
  return [
    title,
    paint("dim", `This core is ${identity}`),
    ...table(
      COLUMNS,
      tunnels.map((row) => cells(row, look)),
      paint,
    ),
    ...new Set(tunnels.flatMap((row) => troubles(row, look))),
  ].join("\n");
}

function cells(row: CoreTunnelRow, { paint, now }: Look): Cell[] {
  const { target, connection, domain, status, since, draining, peer, via, rttMs, bytesIn, bytesOut } = row;
  const tone = status === "active" ? "good" : status === "failed" ? "bad" : "warn";
  return [
    [`${target} (${connection})`, domain],
    [paint(tone, STATUS[status]), paint("dim", draining ? "ends when idle" : `for ${duration(now - since)}`)],
    [
      peer,
      [rttMs === undefined ? "" : `${rttMs.toFixed(1)} ms`, via === "443" ? "via 443" : ""].filter(Boolean).join(", "),
    ],
    [bytes(bytesIn), bytes(bytesOut)],
  ];
}

const STATUS = { active: "Active", failed: "Failed", connecting: "Connecting" } as const;

function troubles({ address, lastError, nextTryAt, status, whyNotDirect }: CoreTunnelRow, look: Look): string[] {
  const { paint, now } = look;
  const why = status === "active" ? whyNotDirect : lastError;
  if (!why) return [];
  const next = nextTryAt === undefined ? "" : `; next try in ${duration(nextTryAt - now)}`;
  return [
    `  ${paint(status === "active" ? "warn" : "bad", `${address}: ${printable(why.message)}`)}${next}`,
    `    ${paint("dim", printable(why.remedy))}`,
  ];
}
