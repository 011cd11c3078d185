import type { EventEntry, EventLevel } from "./answers.ts";

export const LEVELS: readonly EventLevel[] = ["info", "warning", "error"];

export interface EventFilter {
  readonly levels: readonly EventLevel[];
  readonly text: string;
}

/** As the server's query understands it. All levels are the same as none. */
export function queryOf({ levels, text }: EventFilter, more: Readonly<Record<string, number>> = {}): string {
  const query = new URLSearchParams();
  if (levels.length < LEVELS.length) query.set("levels", levels.join(","));
  if (text.trim()) query.set("text", text.trim());
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  const written = query.toString();
  return written ? `?${written}` : "";
}

/** The lines on the page, latest first, and those that came while it was held. */
export interface EventPage {
  readonly entries: readonly EventEntry[];
  readonly held: readonly EventEntry[];
  /** No older line is stored. */
  readonly complete: boolean;
}

/** Lines on the page before the oldest go. */
export const MOST_LINES = 1000;

export function firstPage(entries: readonly EventEntry[], asked: number): EventPage {
  return { entries: [...entries].reverse(), held: [], complete: entries.length < asked };
}

export function withOlder(page: EventPage, older: readonly EventEntry[], asked: number): EventPage {
  return { ...page, entries: [...page.entries, ...[...older].reverse()], complete: older.length < asked };
}

/** A new line; one that is already there (the stream began anew) changes nothing. */
export function withNew(page: EventPage, entry: EventEntry, isPaused: boolean): EventPage {
  const latest = page.held[0]?.sequence ?? page.entries[0]?.sequence ?? 0;
  if (entry.sequence <= latest) return page;
  if (isPaused) return { ...page, held: [entry, ...page.held].slice(0, MOST_LINES) };
  return trimmed({ ...page, entries: [entry, ...page.entries] });
}

export function released(page: EventPage): EventPage {
  return trimmed({ ...page, entries: [...page.held, ...page.entries], held: [] });
}

function trimmed(page: EventPage): EventPage {
  if (page.entries.length <= MOST_LINES) return page;
  return { ...page, entries: page.entries.slice(0, MOST_LINES), complete: false };
}
