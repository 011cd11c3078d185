import type { Fields } from "../contract.ts";
import { fail } from "../errors.ts";
import type { Db } from "../schema.ts";
import type { Shape } from "./shape.ts";

/** A field that the noun does not have is a fault of the caller's: the API has refused it before. */
export function checkFields(shape: Shape, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (!shape.fields.has(name)) throw fail("STORAGE_MISUSED", { what: `${shape.name} has no field ${name}` });
    if (!["string", "number", "boolean"].includes(typeof value) || Number.isNaN(value))
      throw fail("STORAGE_MISUSED", { what: `${shape.name}.${name} is a ${typeof value}` });
  }
}

export async function checkParent(db: Db, shape: Shape, parent: string | undefined): Promise<void> {
  if ((shape.parent === undefined) !== (parent === undefined))
    throw fail("STORAGE_MISUSED", { what: `a ${shape.name} ${parent === undefined ? "without" : "with"} a parent` });
  if (shape.parent !== undefined && !(await exists(db, shape.parent, parent!)))
    throw fail("STORAGE_NO_SUCH_OBJECT", { noun: shape.parent, id: parent });
}

/** At most `limit` objects of a noun; one at most of a singleton. */
export async function checkRoom(db: Db, shape: Shape): Promise<void> {
  if (shape.limit === undefined) return;
  const { count } = await db
    .selectFrom("objects")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("noun", "=", shape.name)
    .executeTakeFirstOrThrow();
  if (Number(count) >= shape.limit) throw fail("STORAGE_TOO_MANY", { noun: shape.name, limit: shape.limit });
}

export async function checkReferences(db: Db, shape: Shape, fields: Fields): Promise<void> {
  for (const [field, to] of shape.references) {
    const id = fields[field];
    if (id !== undefined && !(await exists(db, to, String(id))))
      throw fail("STORAGE_NO_SUCH_REFERENCE", { noun: shape.name, field, to, id });
  }
}

async function exists(db: Db, noun: string, id: string): Promise<boolean> {
  const row = await db
    .selectFrom("objects")
    .select("id")
    .where("id", "=", id.toLowerCase())
    .where("noun", "=", noun)
    .executeTakeFirst();
  return row !== undefined;
}
