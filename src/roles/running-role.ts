import type { z } from "zod";
import { ConfigFile, type Log, type LogLevels, logLevels, type Scope } from "#base";

/** What a role is started with. */
export interface RoleStart<C> {
  /** As read from `file` a moment ago. */
  readonly config: C;
  readonly file: ConfigFile<C>;
  readonly log: Log;
  readonly levels: LogLevels;
}

/** A role that has been started: closing its scope ends everything it opened. */
export interface RunningRole {
  readonly scope: Scope;
  /** Where it listens, for the log and for `turnpike up`. */
  readonly info: Readonly<Record<string, string>>;
  /** Takes over its changed configuration without a restart, if the role can. Rejects, and all is as before. */
  readonly reload?: () => Promise<readonly string[]>;
}

/** Reads a role's file. Throws the CONFIG_ errors of `loadConfig`. */
export function roleStart<C>(path: string, schema: z.ZodType<C>, log: Log, levels = logLevels("info")): RoleStart<C> {
  const file = new ConfigFile(path, schema);
  return { config: file.read(), file, log, levels };
}
