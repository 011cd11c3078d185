import { NOUNS, type Noun } from "#api-schema";
import type { Log, Scope } from "#base";
import type { Storage } from "./contract.ts";
import type { StorageEngine } from "./engine.ts";
import { fail } from "./errors.ts";
import { readKey, readOrMakeKey } from "./key-file.ts";
import { migrate } from "./migrations/index.ts";
import { refreshIndex } from "./objects/index-tables.ts";
import { Shapes } from "./objects/shape.ts";
import { isPostgres, openPostgres } from "./postgres/open.ts";
import { Sealer } from "./sealing.ts";
import { keyFits } from "./settings.ts";
import { openSqlite } from "./sqlite/open.ts";
import { storageOver } from "./storage.ts";

export interface StorageOptions {
  /** A file, or postgres://user@host:port/database. */
  readonly where: string;
  /** The key that seals secrets; made if there is none and the storage is new. */
  readonly keyFile: string;
  /** For PostgreSQL: read anew for each connection, so that the password may be changed while running. */
  readonly passwordFile?: string;
  readonly log?: Log;
  /** Those of the API if left out. */
  readonly nouns?: ReadonlyMap<string, Noun>;
}

/**
 * Opens the storage, makes it if there is none, and brings it up to date. Closes with the scope. Rejects with
 * STORAGE_UNREADABLE, STORAGE_NEWER_SCHEMA, STORAGE_BAD_ADDRESS or STORAGE_KEY_WRONG.
 */
export async function openStorage(scope: Scope, options: StorageOptions): Promise<Storage> {
  const engine = await openEngine(scope, options);
  const { keyFile } = options;
  await migrate(engine, () => new Sealer(readOrMakeKey(keyFile, engine.name)));
  const sealer = await rightSealer(engine, keyFile);
  const shapes = new Shapes(options.nouns ?? NOUNS);
  await engine.alone((db) => refreshIndex(db, shapes));
  return storageOver(scope, { engine, shapes, sealer, log: options.log });
}

export function openEngine(scope: Scope, options: StorageOptions): Promise<StorageEngine> {
  return isPostgres(options.where) ? openPostgres(scope, options) : Promise.resolve(openSqlite(scope, options.where));
}

async function rightSealer(engine: StorageEngine, keyFile: string): Promise<Sealer> {
  const file = engine.name;
  const key = readKey(keyFile, file);
  if (!key) throw fail("STORAGE_KEY_WRONG", { keyFile, file, why: "there is no such file" });
  const sealer = new Sealer(key);
  if (await engine.read((db) => keyFits(db, sealer))) return sealer;
  throw fail("STORAGE_KEY_WRONG", { keyFile, file, why: "they were sealed with another" });
}
