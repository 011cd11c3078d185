import { type Scope, TurnpikeError, textOf } from "#base";
import type { SpaceStore } from "./contract.ts";
import { fail } from "./errors.ts";
import { migrate } from "./migrations/index.ts";
import { spaceStore } from "./space-store.ts";
import { openSqlite } from "./sqlite/open.ts";

export type { AccessProof, NewSpace, Space, SpaceStore } from "./contract.ts";
export { storageErrors } from "./errors.ts";

/**
 * Opens the storage in an SQLite file, makes it if there is none, and brings it up to date. Closes with the scope.
 * Rejects with STORAGE_UNREADABLE or STORAGE_NEWER_SCHEMA.
 */
export async function openStorage(scope: Scope, file: string): Promise<SpaceStore> {
  const engine = openSqlite(scope, file);
  try {
    await migrate(engine);
  } catch (error) {
    if (error instanceof TurnpikeError) throw error;
    throw fail("STORAGE_UNREADABLE", { file, why: textOf(error) }, error);
  }
  return spaceStore(engine);
}
