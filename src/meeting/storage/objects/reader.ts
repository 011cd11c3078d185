import { type SqlBool, sql } from "kysely";
import type { FieldValue } from "#api-schema";
import type { ListQuery, ObjectList, ObjectReader, StoredObject } from "../contract.ts";
import { fail } from "../errors.ts";
import type { Db } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { comparable } from "./index-row.ts";
import { objectOf } from "./row.ts";
import type { Shape, Shapes } from "./shape.ts";

/** Runs against the database, with the engine's failures named. */
export type Use = <T>(run: (db: Db) => Promise<T>) => Promise<T>;

export function objectReader(use: Use, shapes: Shapes, sealer: Sealer): ObjectReader {
  return {
    get: (noun, id) => use((db) => getObject(db, shapes.of(noun), id, sealer)),
    list: (noun, query = {}) => use((db) => listObjects(db, shapes.of(noun), query, sealer)),
    holders: (group, value) =>
      use(async (db) => {
        const rows = await db
          .selectFrom("claims")
          .selectAll()
          .where("grp", "=", group)
          .where("value", "=", comparable(value))
          .orderBy("id")
          .execute();
        return rows.map((row) => ({ group: row.grp, value: row.value, noun: row.noun, id: row.id }));
      }),
    referrers: (id) =>
      use((db) =>
        db
          .selectFrom("refs")
          .select(["noun", "id", "field"])
          .where("target", "=", id)
          .orderBy("noun")
          .orderBy("id")
          .orderBy("field")
          .execute(),
      ),
  };
}

export async function getObject(db: Db, shape: Shape, id: string, sealer: Sealer): Promise<StoredObject | undefined> {
  if (shape.singleton && id !== shape.name) return undefined;
  const row = await db
    .selectFrom("objects")
    .selectAll()
    .where("id", "=", shape.singleton ? id : comparable(id))
    .where("noun", "=", shape.name)
    .executeTakeFirst();
  if (row) return objectOf(row, sealer);
  return shape.singleton ? unset(shape) : undefined;
}

/** A singleton is always there; nobody has set anything in it yet. */
function unset({ name }: Shape): StoredObject {
  return { id: name, noun: name, parent: undefined, fields: {}, version: 0, createdAt: 0, changedAt: 0 };
}

async function listObjects(db: Db, shape: Shape, query: ListQuery, sealer: Sealer): Promise<ObjectList> {
  let matching = db.selectFrom("objects").where("noun", "=", shape.name);
  if (query.parent !== undefined) matching = matching.where("parent", "=", query.parent);
  if (query.filter) matching = matching.where(sql<SqlBool>`searched like ${pattern(query.filter)} escape '!'`);
  for (const [field, value] of Object.entries(query.where ?? {}))
    matching = matching.where(condition(shape, field, value));
  const { total } = await matching.select(sql<number | string>`count(*)`.as("total")).executeTakeFirstOrThrow();
  if (query.limit === 0) return { total: Number(total), objects: [] };
  let page = matching.selectAll().orderBy("sort_key").orderBy("seq");
  // SQLite takes no offset without a limit.
  if (query.limit !== undefined || query.offset) page = page.limit(query.limit ?? Number(total));
  if (query.offset) page = page.offset(query.offset);
  return { total: Number(total), objects: (await page.execute()).map((row) => objectOf(row, sealer)) };
}

function pattern(filter: string): string {
  return `%${comparable(filter).replace(/[%_!]/g, "!$&")}%`;
}

function condition(shape: Shape, field: string, value: FieldValue | undefined) {
  if (!shape.fields.has(field) || shape.sealed.has(field))
    throw fail("STORAGE_MISUSED", { what: `${shape.name} cannot be looked up by ${field}` });
  if (shape.references.has(field)) {
    const named = sql`exists (select 1 from refs where refs.id = objects.id and refs.field = ${field}`;
    return value === undefined
      ? sql<SqlBool>`not ${named})`
      : sql<SqlBool>`${named} and refs.target = ${String(value)})`;
  }
  const member = `${JSON.stringify(field)}:`;
  if (value === undefined) return sql<SqlBool>`not ${contains(member)}`;
  const whole = member + JSON.stringify(value);
  return typeof value === "string"
    ? contains(whole)
    : sql<SqlBool>`(${contains(`${whole},`)} or ${contains(`${whole}}`)})`;
}

/** Looks in the JSON text: quotes inside a value are escaped there, so that no value can look like a member. */
function contains(text: string) {
  return sql<SqlBool>`(replace(fields, ${text}, '') <> fields)`;
}
