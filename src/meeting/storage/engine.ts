import type { Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** What an engine gives to the parts that are the same for all. It closes with the scope that it was opened in. */
export interface StorageEngine {
  /** Where the data is, for errors. */
  readonly name: string;
  readonly db: Kysely<Schema>;
  readonly types: ColumnTypes;
  /** Runs in a transaction that no other writer overlaps, in whatever process it is. Waits a few seconds for its turn. */
  alone<T>(run: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /** The column whose uniqueness an error is about, if it is such an error. */
  duplicateColumn(error: unknown): string | undefined;
}

/** Column types that engines spell differently. */
export interface ColumnTypes {
  readonly bytes: "blob" | "bytea";
  readonly milliseconds: "integer" | "bigint";
}
