import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, SqliteDialect, sql } from "kysely";
import { type Scope, textOf } from "#base";
import type { StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Schema } from "../schema.ts";
import { kyselyDatabase } from "./database.ts";

/** How long a statement waits while another process writes. */
const BUSY_TIMEOUT_MS = 5000;
/** How long between two tries for a lock that SQLite does not wait for. */
const RETRY_MS = 20;
const SQLITE_BUSY = 5;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** Opens the file, or makes it readable by its owner only (0600). Other processes may have it open too (write-ahead log). */
export function openSqlite(scope: Scope, file: string): StorageEngine {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyDatabase(openFile(file)) }) });
  scope.defer(() => db.destroy());
  return {
    name: file,
    db,
    types: { bytes: "blob", milliseconds: "integer" },
    alone: (run) => db.connection().execute((connection) => immediately(connection, run)),
    duplicateColumn,
  };
}

function openFile(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    useWriteAheadLog(database);
    database.exec("PRAGMA synchronous = FULL");
    return database;
  } catch (error) {
    database?.close();
    throw fail("STORAGE_UNREADABLE", { file, why: textOf(error) }, error);
  }
}

/**
 * Two processes that make the file at once both want the lock for this change, and SQLite refuses one without waiting,
 * since waiting could be a deadlock. The change is kept in the file, so the one that comes later has nothing to do.
 */
function useWriteAheadLog(database: DatabaseSync): void {
  for (const until = Date.now() + BUSY_TIMEOUT_MS; ; ) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** Takes the write lock at once: a transaction that reads first and writes later fails when another wrote in between. */
async function immediately<T>(db: Kysely<Schema>, run: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  await sql`begin immediate`.execute(db);
  try {
    const result = await run(db);
    await sql`commit`.execute(db);
    return result;
  } catch (error) {
    await sql`rollback`.execute(db);
    throw error;
  }
}

function duplicateColumn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || error.errcode !== SQLITE_CONSTRAINT_UNIQUE)
    return undefined;
  return /failed: \w+\.(\w+)/.exec(error.message)?.[1];
}
