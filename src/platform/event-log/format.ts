import type { EventEntry, EventLevel } from "./contract.ts";

const WORDS: Readonly<Record<EventLevel, string>> = { info: "Info", warning: "Warning", error: "Error" };

/** YYYY-MM-DD<TAB>HH:MM:SS.mmm<TAB>Info|Warning|Error<TAB>text, in UTC, without the line's end. */
export function formatLine(entry: EventEntry): string {
  const [date, time] = new Date(entry.at).toISOString().slice(0, -1).split("T");
  const text = entry.subsystem === "general" ? entry.text : `${entry.subsystem}: ${entry.text}`;
  return `${date}\t${time}\t${WORDS[entry.level]}\t${oneLine(text)}`;
}

// Control characters, separators that some viewers take for a line's end, and those that turn the writing direction.
const BREAKING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A name with a line break in it must not be able to forge a line of its own. */
export function oneLine(text: string): string {
  return text.replace(BREAKING, (c) => SHORT[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
