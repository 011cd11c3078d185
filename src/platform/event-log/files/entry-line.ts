import type { EventEntry, EventLevel } from "../contract.ts";

/** One entry as it is stored: JSON and a line feed. */
export function encodeEntry({ sequence, at, level, subsystem, text }: EventEntry): string {
  return `${JSON.stringify({ sequence, at, level, subsystem, text })}\n`;
}

/** Undefined for a line that is no entry: torn, or not ours. */
export function decodeEntry(line: string): EventEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { sequence, at, level, subsystem, text } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(at)) return undefined;
  if (!isLevel(level) || typeof subsystem !== "string" || typeof text !== "string") return undefined;
  return { sequence: sequence as number, at: at as number, level, subsystem, text };
}

function isLevel(value: unknown): value is EventLevel {
  return value === "info" || value === "warning" || value === "error";
}
