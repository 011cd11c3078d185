import type { Kysely } from "kysely";
import type { ColumnTypes } from "../engine.ts";
import type { Sealer } from "../sealing.ts";

/** One step of the schema. Steps are only ever added: there is no way back but a copy made before. */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  run(db: Kysely<unknown>, context: MigrationContext): Promise<void>;
}

export interface MigrationContext {
  readonly types: ColumnTypes;
  /** With the key of the key file, which is made if there is none. */
  readonly sealer: () => Sealer;
}
