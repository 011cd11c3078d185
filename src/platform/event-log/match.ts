import type { EventEntry, EventQuery } from "./contract.ts";

const MOST = 5000;
const DEFAULT = 500;

/** How many lines a query gives, 1-5000. */
export function limitOf(query: EventQuery): number {
  const limit = Math.trunc(query.limit ?? DEFAULT);
  return Number.isFinite(limit) ? Math.min(MOST, Math.max(1, limit)) : DEFAULT;
}

/** Whether a line is one that the query asks for. */
export function matcher(query: EventQuery): (entry: EventEntry) => boolean {
  const text = query.text?.toLowerCase();
  const levels = query.levels?.length ? new Set(query.levels) : undefined;
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY } = query;
  return (entry) =>
    entry.sequence > after &&
    entry.sequence < before &&
    entry.at >= from &&
    entry.at <= to &&
    (levels?.has(entry.level) ?? true) &&
    (!text || entry.text.toLowerCase().includes(text));
}
