import type { Scope } from "#base";

/** A role that has been started: closing its scope ends everything it opened. */
export interface RunningRole {
  readonly scope: Scope;
  /** Where it listens, for the log and for `turnpike up`. */
  readonly info: Readonly<Record<string, string>>;
  /** Takes over its changed configuration without a restart, if the role can. Rejects, and all is as before. */
  readonly reload?: () => Promise<readonly string[]>;
}
