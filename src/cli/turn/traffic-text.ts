import { bitRate, bytes, type Cell, type Column, count, type Paint, table } from "#terminal";
import type { TurnStatus } from "#turn";

type Traffic = TurnStatus["traffic"];

/** The same counters at an earlier moment, which make a rate of a sum. */
export interface Earlier {
  readonly traffic: Traffic;
  readonly elapsedMs: number;
}

const COLUMNS: readonly Column[] = [
  { title: "" },
  { title: "packets", align: "right" },
  { title: "bytes", align: "right" },
];

/** Packets forwarded from and to clients, and those that were not. */
export function trafficLines(traffic: Traffic, paint: Paint, earlier?: Earlier): string[] {
  const rate = (key: "sentBytes" | "receivedBytes"): Cell[] =>
    earlier ? [bitRate((Math.max(0, traffic[key] - earlier.traffic[key]) * 8000) / earlier.elapsedMs)] : [];
  const rows: Cell[][] = [
    ["from clients to peers", count(traffic.sentPackets), bytes(traffic.sentBytes), ...rate("sentBytes")],
    ["from peers to clients", count(traffic.receivedPackets), bytes(traffic.receivedBytes), ...rate("receivedBytes")],
    ["relay to relay, in memory", count(traffic.hairpinPackets)],
    ["dropped: no permission", count(traffic.refusedPackets)],
    ["dropped: congested", count(traffic.droppedPackets)],
    ["dropped: above a limit", count(traffic.limitedPackets)],
  ];
  const columns = earlier ? [...COLUMNS, { title: "now", align: "right" } as const] : COLUMNS;
  return table(columns, rows, paint);
}
