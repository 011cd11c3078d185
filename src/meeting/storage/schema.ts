import type { Kysely } from "kysely";
import type { ClaimGroup } from "#api-schema";

/** The tables as the newest migration leaves them. */
export interface Schema {
  readonly objects: ObjectRow;
  readonly claims: ClaimRow;
  readonly refs: RefRow;
  readonly settings: SettingRow;
  readonly schema_version: { readonly version: number };
}

export type Db = Kysely<Schema>;

/** Every object of the API, whatever its noun. */
export interface ObjectRow {
  readonly id: string;
  /** Rises with age. */
  readonly seq: number;
  readonly noun: string;
  readonly parent: string | null;
  /** JSON. A sealed value is `{"sealed":"…"}` in it. */
  readonly fields: string;
  /** What `filter` looks in: lower case. */
  readonly searched: string;
  /** By what lists are sorted: lower case, the same order on every engine. */
  readonly sort_key: string;
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly created_at: number;
  readonly changed_at: number;
}

/** A unique value that an object holds, in lower case. */
export interface ClaimRow {
  readonly id: string;
  readonly field: string;
  readonly noun: string;
  readonly grp: ClaimGroup;
  readonly value: string;
  /** The object at the top: within it a value may be shared. */
  readonly place: string;
}

/** A field that names another object. */
export interface RefRow {
  readonly id: string;
  readonly field: string;
  readonly noun: string;
  readonly target: string;
}

export interface SettingRow {
  readonly name: string;
  readonly value: Uint8Array;
}
