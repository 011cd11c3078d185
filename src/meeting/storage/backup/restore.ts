import { NOUNS } from "#api-schema";
import { Scope } from "#base";
import type { StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import { readOrMakeKey } from "../key-file.ts";
import { migrate } from "../migrations/index.ts";
import { dropAllIndexes, refreshIndex } from "../objects/index-tables.ts";
import { resealFields } from "../objects/sealed-fields.ts";
import { Shapes } from "../objects/shape.ts";
import { openEngine, type StorageOptions } from "../open.ts";
import type { Db, ObjectRow, SettingRow } from "../schema.ts";
import { Sealer } from "../sealing.ts";
import { newKeyCheck, reseal } from "../settings.ts";
import type { BackupObject } from "./format.ts";
import { readBackup } from "./read.ts";

/** Rows written with one statement: ten columns each, and SQLite takes 32766 values. */
const CHUNK = 200;

/**
 * Puts a backup into the storage, whichever engine either is of. All of it or nothing: the file is read to its end before
 * anything is written. What is sealed in it is sealed anew with the key of this storage. Rejects with
 * STORAGE_BACKUP_UNUSABLE, with STORAGE_NOT_EMPTY unless `force` lets everything be replaced, and what opening rejects with.
 */
export async function restoreStorage(
  options: StorageOptions,
  file: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<{ readonly objects: number }> {
  for await (const _ of readBackup(file, () => {}));
  await using scope = new Scope();
  const engine = await openEngine(scope, options);
  // The key is not asked to fit: with `force` this is also the way back for a storage whose key was lost.
  const sealer = () => new Sealer(readOrMakeKey(options.keyFile, engine.name));
  await migrate(engine, sealer);
  const shapes = new Shapes(options.nouns ?? NOUNS);
  return await engine.alone(async (db) => {
    await empty(engine, db, force);
    const objects = await insertAll(db, file, sealer());
    await db.insertInto("settings").values(newKeyCheck(sealer())).execute();
    await refreshIndex(db, shapes);
    return { objects };
  });
}

async function empty(engine: StorageEngine, db: Db, force: boolean): Promise<void> {
  const { count } = await db
    .selectFrom("objects")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .executeTakeFirstOrThrow();
  if (Number(count) > 0 && !force) throw fail("STORAGE_NOT_EMPTY", { file: engine.name, objects: Number(count) });
  await dropAllIndexes(db);
  await db.deleteFrom("objects").execute();
  await db.deleteFrom("settings").execute();
}

async function insertAll(db: Db, file: string, to: Sealer): Promise<number> {
  let from: Sealer | undefined;
  let rows: ObjectRow[] = [];
  let seq = 0;
  const flush = async () => {
    if (rows.length > 0) await db.insertInto("objects").values(rows).execute();
    rows = [];
  };
  for await (const line of readBackup(file, ({ key }) => {
    from = new Sealer(Buffer.from(key, "hex"));
  })) {
    if ("setting" in line) {
      const setting: SettingRow = { name: line.setting.name, value: Buffer.from(line.setting.value, "base64") };
      const sealedAnew = reseal(setting, from!, to);
      if (!sealedAnew) throw fail("STORAGE_BACKUP_UNUSABLE", { file, why: "its key does not open what it holds" });
      await db.insertInto("settings").values(sealedAnew).execute();
    }
    if ("object" in line) rows.push(rowOf(line.object, ++seq, from!, to));
    if (rows.length === CHUNK) await flush();
  }
  await flush();
  return seq;
}

function rowOf(object: BackupObject, seq: number, from: Sealer, to: Sealer): ObjectRow {
  return {
    id: object.id,
    seq,
    noun: object.noun,
    parent: object.parent,
    fields: JSON.stringify(resealFields(object.fields, object.id, from, to)),
    searched: "",
    sort_key: "",
    version: object.version,
    created_at: object.createdAt,
    changed_at: object.changedAt,
  };
}
