import { TurnpikeError, textOf } from "#base";
import { fail } from "./errors.ts";
import type { Db } from "./schema.ts";

/** What an engine gives to the parts that are the same for all. It closes with the scope that it was opened in. */
export interface StorageEngine {
  /** Where the data is, for errors: without a password. */
  readonly name: string;
  readonly types: ColumnTypes;
  /** Sees what is committed and nothing else. */
  read<T>(run: (db: Db) => Promise<T>): Promise<T>;
  /** Runs in a transaction that no other writer overlaps, in whatever process it is. Waits a few seconds for its turn. */
  alone<T>(run: (db: Db) => Promise<T>): Promise<T>;
  /** All reads of `run` see one moment, while others go on writing. */
  snapshot<T>(run: (db: Db) => Promise<T>): Promise<T>;
}

/** Column types that engines spell differently. */
export interface ColumnTypes {
  readonly bytes: "blob" | "bytea";
  readonly integer: "integer" | "bigint";
  /** Text that is compared byte by byte, as SQLite does by itself. */
  readonly plainText: "text" | 'text collate "C"';
}

/** What the caller's own code threw inside a change, on its way out through the engine. */
export class CallersError extends Error {
  readonly thrown: unknown;
  constructor(thrown: unknown) {
    super("thrown inside a change");
    this.thrown = thrown;
  }
}

/** Whatever the engine throws is STORAGE_UNREADABLE; our own errors pass. */
export async function readable<T>(file: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CallersError) throw error;
    throw asUnreadable(file, error);
  }
}

export function asUnreadable(file: string, error: unknown): TurnpikeError {
  if (error instanceof TurnpikeError) return error;
  return fail("STORAGE_UNREADABLE", { file, why: textOf(error) || "no answer" }, error);
}
