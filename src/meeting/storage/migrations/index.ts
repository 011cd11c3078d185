import type { Kysely } from "kysely";
import type { StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Db } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { spaces } from "./0001-spaces.ts";
import { objects } from "./0002-objects.ts";
import type { Migration } from "./migration.ts";

const MIGRATIONS: readonly Migration[] = [spaces, objects];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the schema up to date; of several processes that start at once, one does it and the others wait. */
export async function migrate(engine: StorageEngine, sealer: () => Sealer, migrations = MIGRATIONS): Promise<void> {
  await engine.alone(async (db) => {
    const found = await currentVersion(db);
    const known = migrations.length;
    if (found > known) throw fail("STORAGE_NEWER_SCHEMA", { file: engine.name, found, known });
    for (const migration of migrations.slice(found)) {
      await migration.run(db as unknown as Kysely<unknown>, { types: engine.types, sealer });
      await db.updateTable("schema_version").set({ version: migration.version }).execute();
    }
  });
}

async function currentVersion(db: Db): Promise<number> {
  await db.schema
    .createTable("schema_version")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.notNull())
    .execute();
  const row = await db.selectFrom("schema_version").select("version").executeTakeFirst();
  if (!row) await db.insertInto("schema_version").values({ version: 0 }).execute();
  return row?.version ?? 0;
}
