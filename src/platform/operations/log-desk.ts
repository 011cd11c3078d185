import { z } from "zod";
import { type AdminRoute, readBody } from "#admin-http";
import type { Clock, LogLevel, LogLevels, Scope } from "#base";
import type { LogLevelList } from "./answers.ts";
import { fail } from "./errors.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
/** A level that somebody forgot ends by itself, minutes. */
const DEFAULT_MINUTES = 60;

const levelBody = z.strictObject({
  module: z.string().max(100),
  level: z.enum(LEVELS).nullable(),
  minutes: z.number().int().min(1).max(1440).default(DEFAULT_MINUTES),
});

export interface LogDesk {
  /** Throws LOG_NO_SUCH_MODULE. */
  set(module: string, level: LogLevel | undefined, minutes?: number): void;
  readonly routes: readonly AdminRoute[];
}

/** Levels of single modules, as the guide's Network Log configuration: each ends by itself. */
export function openLogDesk(
  scope: Scope,
  levels: LogLevels,
  modules: Readonly<Record<string, string>>,
  clock: Clock,
): LogDesk {
  const running = new Map<string, { readonly until: number; cancel(): void }>();
  const set = (module: string, level: LogLevel | undefined, minutes = DEFAULT_MINUTES) => {
    if (!(module in modules)) throw fail("LOG_NO_SUCH_MODULE", { module, modules: Object.keys(modules).join(", ") });
    running.get(module)?.cancel();
    running.delete(module);
    levels.set(module, level);
    if (level === undefined) return;
    const timer = scope.after(minutes * 60_000, () => set(module, undefined));
    running.set(module, { until: clock.now() + minutes * 60_000, cancel: () => timer.cancel() });
  };
  const list = (): LogLevelList => ({
    now: clock.now(),
    base: levels.base,
    modules: Object.entries(modules).map(([module, help]) => ({
      module,
      help,
      level: levels.of(module),
      until: running.get(module)?.until,
    })),
  });
  return {
    set,
    routes: [
      { method: "GET", path: "/api/log-levels", run: list },
      {
        method: "PUT",
        path: "/api/log-levels",
        run: ({ body }) => {
          const { module, level, minutes } = readBody(levelBody, body);
          set(module, level ?? undefined, minutes);
          return list();
        },
      },
    ],
  };
}
