import type { Kysely } from "kysely";
import type { ColumnTypes } from "../engine.ts";

/** One step of the schema. Steps are only ever added: there is no way back but a copy made before. */
export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  run(db: Kysely<unknown>, types: ColumnTypes): Promise<void>;
}
