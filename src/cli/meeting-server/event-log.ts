import { followControl } from "#control";
import { type EventEntry, formatLine } from "#event-log";
import { printable } from "#terminal";
import { controlSocketOf, type ServerOptions, serverControl } from "./server-control.ts";

export interface EventLogOptions extends ServerOptions {
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
  const { entries } = await serverControl(options)<{ entries: readonly EventEntry[] }>("GET", path);
  const show = (entry: EventEntry) => console.log(options.json ? JSON.stringify(entry) : printableLine(entry));
  for (const entry of entries) show(entry);
  if (!options.follow) return;
  const after = entries.at(-1)?.sequence ?? 0;
  for await (const message of followControl(controlSocketOf(options), `/api/events/stream?${query}&after=${after}`))
    show(message as EventEntry);
}

/** The tabs between the columns stay. */
function printableLine(entry: EventEntry): string {
  return formatLine(entry).split("\t").map(printable).join("\t");
}
