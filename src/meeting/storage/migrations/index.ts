import type { Kysely } from "kysely";
import type { StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Schema } from "../schema.ts";
import { spaces } from "./0001-spaces.ts";
import type { Migration } from "./migration.ts";

const MIGRATIONS: readonly Migration[] = [spaces];

/** Brings the schema up to date; of several processes that start at once, one does it and the others wait. */
export async function migrate(engine: StorageEngine, migrations = MIGRATIONS): Promise<void> {
  await engine.alone(async (db) => {
    const found = await currentVersion(db);
    const known = migrations.length;
    if (found > known) throw fail("STORAGE_NEWER_SCHEMA", { file: engine.name, found, known });
    for (const migration of migrations.slice(found)) {
      await migration.run(db as unknown as Kysely<unknown>, engine.types);
      await db.updateTable("schema_version").set({ version: migration.version }).execute();
    }
  });
}

async function currentVersion(db: Kysely<Schema>): Promise<number> {
  await db.schema
    .createTable("schema_version")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  const row = await db.selectFrom("schema_version").select("version").executeTakeFirst();
  if (!row) await db.insertInto("schema_version").values({ version: 0 }).execute();
  return row?.version ?? 0;
}
