import type { Alarm } from "#alarms";
import type { EventEntry, Tracing } from "#event-log";

/** `GET /api/role`: which role answers here, so that the pages show its menu. */
export interface RoleAnswer {
  readonly role: "meeting-server" | "core" | "edge";
  /** As the administrator calls this machine. */
  readonly name: string;
  readonly version: string;
  /** Milliseconds since 1970, as all times here. */
  readonly startedAt: number;
  readonly now: number;
}

export interface AlarmLists {
  readonly now: number;
  readonly current: readonly Alarm[];
  /** Latest first. */
  readonly past: readonly (Alarm & { readonly clearedAt: number })[];
}

export interface Events {
  readonly now: number;
  /** Oldest first. */
  readonly entries: readonly EventEntry[];
}

export interface TracingList {
  readonly now: number;
  readonly tracing: readonly (Tracing & { readonly help: string | undefined })[];
}

/** `GET /api/config` */
export interface ConfigAnswer {
  readonly file: string;
  /** To be sent back with a change. */
  readonly revision: string;
  /** As written; what is left out has its default. */
  readonly written: unknown;
  /** With all defaults, in the form of the file. */
  readonly holds: unknown;
  /** Keys that were changed in the file but need a restart. */
  readonly needRestart: readonly string[];
  /** Keys that pages may change, with all that is below them. */
  readonly editable: readonly string[];
}

/** `PUT /api/config` takes `{ changes: [{ path, value? }], revision? }` and answers this. */
export interface ConfigChanged {
  readonly revision: string;
  /** What changed, in words; those that need a restart say so. */
  readonly changes: readonly string[];
}

export type LogLevelName = "debug" | "info" | "warn" | "error";

/** `GET /api/log-levels`; `PUT /api/log-levels` takes `{ module, level: LogLevelName | null, minutes? }` and answers the same. */
export interface LogLevelList {
  readonly now: number;
  readonly base: LogLevelName;
  readonly modules: readonly {
    readonly module: string;
    readonly help: string;
    readonly level: LogLevelName;
    /** When it ends by itself. */
    readonly until: number | undefined;
  }[];
}
