import { followControl } from "#control";
import { type EventEntry, formatLine } from "#event-log";
import type { Events } from "#operations";
import { type RoleOptions, roleControl } from "#role-control";
import { printable } from "#terminal";

export interface EventLogOptions extends RoleOptions {
  readonly follow?: boolean;
  readonly limit: string;
  readonly level?: string;
  readonly text?: string;
}

/** Level and what is at least as bad. */
const LEVELS: Readonly<Record<string, string>> = {
  info: "info,warning,error",
  warning: "warning,error",
  error: "error",
};

/** The latest lines, and with `--follow` what comes after them until Ctrl-C. */
export async function eventLog(options: EventLogOptions): Promise<void> {
  const query = new URLSearchParams({
    levels: LEVELS[options.level ?? "info"] ?? "info,warning,error",
    ...(options.text ? { text: options.text } : {}),
  });
  const path = `/api/events?${query}&${new URLSearchParams({ limit: options.limit })}`;
  const { ask, socket } = roleControl(options);
  const { entries } = await ask<Events>("GET", path);
  const show = (entry: EventEntry) => console.log(options.json ? JSON.stringify(entry) : printableLine(entry));
  for (const entry of entries) show(entry);
  if (!options.follow) return;
  const after = entries.at(-1)?.sequence ?? 0;
  const stream = followControl<EventEntry>(socket, `/api/events/stream?${query}&after=${after}`);
  for await (const entry of stream) show(entry);
}

/** The tabs between the columns stay. */
function printableLine(entry: EventEntry): string {
  return formatLine(entry).split("\t").map(printable).join("\t");
}
