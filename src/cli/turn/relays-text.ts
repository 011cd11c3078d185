import type { RelayRow } from "#edge";
import { type Cell, type Column, facts, type Look, layout, lines, type Paint, plural } from "#terminal";

const COLUMNS: readonly Column[] = [
  { title: "ID", align: "right" },
  { title: "Client" },
  { title: "Media destinations" },
  { title: "Protocol" },
  { title: "Relays" },
];

/** A bridge has a permission for each guest: the rest stand in the drill-down. */
const DESTINATIONS = 4;

/** "255.255.255.255:65535" */
const IPV4_WIDTH = 21;

/**
 * The guide's table of TURN relay usage. Where it is too wide for the terminal, clients with an IPv6 address are blocks
 * between its rows, so that one of them does not cost all others their columns.
 */
export function relaysText(rows: readonly RelayRow[], { paint, width }: Look): string {
  if (rows.length === 0) return "No client uses a relay.";
  const sorted = rows.toSorted((a, b) => a.id - b.id);
  const relays = sorted.reduce((sum, row) => sum + row.relays.length, 0);
  const title = `TURN relay usage: ${plural(rows.length, "client")}, ${plural(relays, "relay")}`;
  return [paint("title", title), ...drawn(sorted, width, paint)].join("\n");
}

function drawn(rows: readonly RelayRow[], width: number, paint: Paint): readonly string[] {
  for (const fits of [() => true, isNarrow]) {
    const inTable = rows.filter(fits);
    const { titles, rows: tableRows, width: needed } = layout(COLUMNS, inTable.map(cellsOf), paint);
    const linesFor = new Map(inTable.map((row, i) => [row, tableRows[i]!]));
    if (needed <= width && inTable.length > 0)
      return [...titles, ...rows.flatMap((row) => linesFor.get(row) ?? block(row, paint))];
  }
  return rows.flatMap((row) => block(row, paint));
}

function isNarrow(row: RelayRow): boolean {
  return cellsOf(row)
    .flatMap(lines)
    .every((text) => text.length <= IPV4_WIDTH);
}

function cellsOf(row: RelayRow): Cell[] {
  return [String(row.id), row.client, destinations(row), row.protocol.toUpperCase(), row.relays];
}

function block(row: RelayRow, paint: Paint): string[] {
  const more = [
    ["  relays", row.relays],
    ["  media", destinations(row)],
  ] as const;
  return [`  ${String(row.id).padStart(2)}  ${row.client}  ${row.protocol.toUpperCase()}`, ...facts(more, paint)];
}

function destinations({ mediaDestinations }: RelayRow): readonly string[] {
  const [shown, rest] = [mediaDestinations.slice(0, DESTINATIONS), mediaDestinations.length - DESTINATIONS];
  if (rest === 1) return mediaDestinations;
  if (rest > 0) return [...shown, `and ${rest} more`];
  return shown.length ? shown : ["none yet"];
}
