import { duration } from "#base";
import type { AlarmLists } from "#operations";
import { print, type RoleOptions, roleControl } from "#role-control";
import { type Cell, type Look, paragraph, plural, printable, table } from "#terminal";
import { faultLines } from "./faults-text.ts";

interface AlarmOptions extends RoleOptions {
  readonly past?: boolean;
}

/** Exit code 1 while there is one. */
export async function alarms(options: AlarmOptions): Promise<void> {
  const lists = await roleControl(options).ask<AlarmLists>("GET", "/api/alarms");
  print(options, lists, (look) => (options.past ? pastText(lists, look) : currentText(lists, look)));
  if (lists.current.length > 0) process.exitCode = 1;
}

export function currentText({ now, current, past }: AlarmLists, look: Look): string {
  const over =
    past.length > 0 ? ["", `${plural(past.length, "that is", "that are")} over: \`turnpike alarms --past\``] : [];
  return [...faultLines(current, now, look), ...over].join("\n");
}

/** Where the texts begin: "  59 min 59 s ago  59 min 59 s  ". */
const TEXT_AT = 31;

/** Latest first, as the role keeps them. */
export function pastText({ now, past }: AlarmLists, { paint, width }: Look): string {
  if (past.length === 0) return "No fault has ended since the role was started.";
  const rows = past.map(({ text, raisedAt, clearedAt }): Cell[] => [
    `${duration(now - clearedAt)} ago`,
    duration(clearedAt - raisedAt),
    paragraph(printable(text), width - TEXT_AT, ""),
  ]);
  const columns = [{ title: "ended" }, { title: "lasted" }, { title: "" }];
  return [paint("title", "Faults that are over"), ...table(columns, rows, paint)].join("\n");
}
