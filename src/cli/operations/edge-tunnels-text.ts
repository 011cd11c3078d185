import { duration } from "#base";
import type { EdgeTunnels } from "#edge";
import { bytes, type Cell, type Column, flow, type Look, paragraph, plural, printable, table } from "#terminal";

const COLUMNS: readonly Column[] = [
  { title: "Core" },
  { title: "Connected" },
  { title: "Carries" },
  { title: "In, out", align: "right" },
];

/** The cores that are connected, each with what it carries; then join hosts that nobody carries, and copied keys. */
export function edgeTunnelsText(answer: EdgeTunnels, look: Look): string {
  const { connections, listening, hostKey } = answer;
  const { paint } = look;
  const cells = connections.map((row) => cellsOf(row, answer.now, look));
  return [
    paint("title", "SSH tunnels from the cores"),
    `  Listening on ${listening}`,
    `  ${paint("dim", `This edge is ${hostKey}`)}`,
    "",
    ...(connections.length > 0 ? table(COLUMNS, cells, paint) : [`  ${paint("bad", "No core is connected.")}`]),
    ...troubles(answer, look),
  ].join("\n");
}

type Row = EdgeTunnels["connections"][number];

function cellsOf(row: Row, now: number, { paint }: Look): Cell[] {
  const { peer, fingerprint, comment, software, since, via, rttMs, domains, bytesIn, bytesOut, channels } = row;
  const name = comment || fingerprint;
  return [
    [printable(name), peer, paint("dim", printable(software))],
    [
      `for ${duration(now - since)}`,
      [rttMs === undefined ? "" : `${rttMs.toFixed(1)} ms`, via === "443" ? "via 443" : ""].filter(Boolean).join(", "),
    ],
    [...flow(domains.map(printable), MOST_NAMES), paint("dim", plural(channels, "channel"))],
    [bytes(bytesIn), bytes(bytesOut)],
  ];
}

/** Columns that join hosts may take: the table shall fit into 80. */
const MOST_NAMES = 24;

function troubles({ domains, sharedIdentities, now }: EdgeTunnels, { paint, width }: Look): string[] {
  const alone = domains.filter(({ connections }) => connections === 0);
  const shared = sharedIdentities.map(
    ({ fingerprint, peers, since }) =>
      `Two cores show the key ${fingerprint}: ${peers.join(", ")} (for ${duration(now - since)})`,
  );
  return [...alone.map(({ domain }) => `No tunnel carries ${domain}.`), ...shared].flatMap((text) =>
    paragraph(printable(text), width, "  ", (line) => paint("bad", line)),
  );
}
