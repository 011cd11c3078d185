import { duration } from "#base";
import type { TracingList } from "#operations";
import { print, type RoleOptions, roleControl } from "#role-control";
import { type Look, table } from "#terminal";

export async function listTracing(options: RoleOptions): Promise<void> {
  const answer = await roleControl(options).ask<TracingList>("GET", "/api/tracing");
  print(options, answer, (look) => tracingText(answer, look));
}

/** Minutes 0 switches it off. */
export async function setTracing(subsystem: string, minutes: string, options: RoleOptions): Promise<void> {
  const { ask } = roleControl(options);
  await ask("POST", "/api/tracing", { subsystem, minutes: Number(minutes) });
  await listTracing(options);
}

export function tracingText({ now, tracing }: TracingList, { paint }: Look): string {
  const rows = tracing.map(({ subsystem, until, help }) => [
    subsystem,
    until === undefined ? "off" : paint("warn", `on for ${duration(until - now)}`),
    help ?? "",
  ]);
  const columns = [{ title: "subsystem" }, { title: "" }, { title: "" }];
  return [paint("title", "Detailed tracing"), ...table(columns, rows, paint)].join("\n");
}
