import { duration } from "#base";
import type { LogLevelList } from "#operations";
import { print, type RoleOptions, roleControl } from "#role-control";
import { type Look, table } from "#terminal";
import { fail } from "./errors.ts";

interface LevelOptions extends RoleOptions {
  readonly minutes: number;
}

/** Without a module the list; the level `default` ends one that was set. */
export async function logLevel(
  module: string | undefined,
  level: string | undefined,
  options: LevelOptions,
): Promise<void> {
  const { ask } = roleControl(options);
  if (module !== undefined && level === undefined) throw fail("LOG_LEVEL_MISSING", { module });
  const answer =
    module === undefined
      ? await ask<LogLevelList>("GET", "/api/log-levels")
      : await ask<LogLevelList>("PUT", "/api/log-levels", {
          module,
          level: level === "default" ? null : level,
          minutes: options.minutes,
        });
  print(options, answer, (look) => levelText(answer, look));
}

export function levelText({ now, base, modules }: LogLevelList, { paint }: Look): string {
  const rows = modules.map(({ module, level, until, help }) => [
    module,
    until === undefined ? level : paint("warn", `${level} for ${duration(until - now)}`),
    help,
  ]);
  const columns = [{ title: "module" }, { title: "level" }, { title: "" }];
  return [paint("title", `Log levels, ${base} where nothing else is set`), ...table(columns, rows, paint)].join("\n");
}
