import { randomBytes } from "node:crypto";
import type { StorageEngine } from "./engine.ts";
import { fail } from "./errors.ts";
import type { Db, SettingRow } from "./schema.ts";
import { KEY_BYTES, type Sealer } from "./sealing.ts";

export const SIGNING_KEY = "signing-key";
const KEY_CHECK = "key-check";
const INDEX_SHAPE = "index-shape";
/** Things done once in a storage's life. */
const MARK = "done:";

export function sealedSetting(sealer: Sealer, name: string, value: Uint8Array): Uint8Array {
  return sealer.seal(value, `setting ${name}`);
}

/** A sealed value by which the right key is known. */
export function newKeyCheck(sealer: Sealer): SettingRow {
  return { name: KEY_CHECK, value: sealedSetting(sealer, KEY_CHECK, Buffer.from(KEY_CHECK)) };
}

/** Whether the storage was sealed with this key. */
export async function keyFits(db: Db, sealer: Sealer): Promise<boolean> {
  const value = await setting(db, KEY_CHECK);
  return value !== undefined && sealer.unseal(value, `setting ${KEY_CHECK}`) !== undefined;
}

/** The first process to ask makes the key; the others find it. */
export async function signingKey(engine: StorageEngine, sealer: Sealer): Promise<Uint8Array> {
  const open = (value: Uint8Array) => {
    const key = sealer.unseal(value, `setting ${SIGNING_KEY}`);
    if (!key) throw fail("STORAGE_UNREADABLE", { file: engine.name, why: "the signing key is damaged" });
    return new Uint8Array(key);
  };
  const found = await engine.read((db) => setting(db, SIGNING_KEY));
  if (found) return open(found);
  return engine.alone(async (db) => {
    const meanwhile = await setting(db, SIGNING_KEY);
    if (meanwhile) return open(meanwhile);
    const key = randomBytes(KEY_BYTES);
    await put(db, SIGNING_KEY, sealedSetting(sealer, SIGNING_KEY, key));
    return new Uint8Array(key);
  });
}

/** True for the first who asks in this storage's life. */
export async function once(db: Db, name: string): Promise<boolean> {
  if (await setting(db, MARK + name)) return false;
  await put(db, MARK + name, Buffer.from("1"));
  return true;
}

/** What the index columns were made from. */
export async function indexShape(db: Db): Promise<string | undefined> {
  const value = await setting(db, INDEX_SHAPE);
  return value && Buffer.from(value).toString();
}

export function setIndexShape(db: Db, shape: string): Promise<void> {
  return put(db, INDEX_SHAPE, Buffer.from(shape));
}

/** Settings that a backup carries: the others belong to the place where the storage is. */
export function isPortable(name: string): boolean {
  return name !== KEY_CHECK && name !== INDEX_SHAPE;
}

/** The same setting under another key. */
export function reseal({ name, value }: SettingRow, from: Sealer, to: Sealer): SettingRow | undefined {
  if (name !== SIGNING_KEY) return { name, value };
  const plain = from.unseal(value, `setting ${name}`);
  return plain && { name, value: sealedSetting(to, name, plain) };
}

async function setting(db: Db, name: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom("settings").select("value").where("name", "=", name).executeTakeFirst();
  return row && new Uint8Array(row.value);
}

async function put(db: Db, name: string, value: Uint8Array): Promise<void> {
  await db
    .insertInto("settings")
    .values({ name, value })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ value }))
    .execute();
}
