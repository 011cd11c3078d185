import type { Scope } from "#base";

/** A role that has been started: closing its scope ends everything it opened. */
export interface RunningRole {
  readonly scope: Scope;
  /** Where it listens, for the log and for `turnpike up`. */
  readonly info: Readonly<Record<string, string>>;
}
