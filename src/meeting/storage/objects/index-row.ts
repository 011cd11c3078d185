import type { FieldValue } from "#api-schema";
import type { ClaimRow, ObjectRow, RefRow } from "../schema.ts";
import type { StoredFields } from "./sealed-fields.ts";
import type { Shape } from "./shape.ts";

/** In characters: an index entry of PostgreSQL holds 2700 bytes. */
const MAX_SORT_KEY = 200;

export interface Indexed {
  readonly searched: string;
  readonly sort_key: string;
  readonly claims: readonly ClaimRow[];
  readonly refs: readonly RefRow[];
}

/** All that can be looked for in an object. Sealed fields never get here as text. */
export function indexOf(shape: Shape, object: Pick<ObjectRow, "id" | "parent">, fields: StoredFields): Indexed {
  const { id } = object;
  const noun = shape.name;
  const plain = (name: string) => (typeof fields[name] === "object" ? undefined : (fields[name] as FieldValue));
  const place = object.parent ?? id;
  const texts = shape.searched.map((name) => plain(name)).filter((value) => value !== undefined);
  return {
    searched: texts.map(comparable).join("\n"),
    sort_key: shape.sort === undefined ? "" : comparable(plain(shape.sort) ?? "").slice(0, MAX_SORT_KEY),
    claims: [...shape.claims].flatMap(([field, grp]) => {
      const value = plain(field);
      return value === undefined || value === "" ? [] : [{ id, field, noun, grp, value: comparable(value), place }];
    }),
    refs: [...shape.references.keys()].flatMap((field) => {
      const target = plain(field);
      return target === undefined ? [] : [{ id, field, noun, target: String(target) }];
    }),
  };
}

/** Without case, in one Unicode form, and without what a text column of PostgreSQL refuses. */
export function comparable(value: FieldValue): string {
  return String(value).normalize("NFC").toLowerCase().replaceAll("\0", " ").toWellFormed();
}
