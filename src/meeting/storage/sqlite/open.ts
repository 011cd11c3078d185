import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, SqliteDialect, sql } from "kysely";
import { type Scope, textOf } from "#base";
import { readable, type StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Db, Schema } from "../schema.ts";
import { Turns } from "../turns.ts";
import { kyselyDatabase } from "./database.ts";

/** How long a write waits for its turn: behind others of this process, and again behind another process. */
const BUSY_TIMEOUT_MS = 5000;
/** How long between two tries for a lock that SQLite does not wait for. */
const RETRY_MS = 10;
/** Pages kept in memory, in KiB: lists of ten thousand spaces with a filter read all of them. */
const CACHE_KIB = 32_768;
const SQLITE_BUSY = 5;

/**
 * Opens the file, or makes it readable by its owner only (0600). Other processes may have it open too (write-ahead log).
 * One connection writes and one reads, so that a reader never sees what a change has not committed.
 */
export function openSqlite(scope: Scope, file: string): StorageEngine {
  const inside = scope.child();
  const writer = connect(inside, openFile(file));
  const reader = connect(inside, openReader(file));
  const turns = new Turns(inside, BUSY_TIMEOUT_MS);
  const opened = identityOf(file);
  const inPlace = () => {
    if (inside.closed) throw new Error("it is closed");
    if (identityOf(file) !== opened) throw new Error("the file was removed or replaced while it was in use");
  };
  const checked = <T>(run: () => Promise<T>) =>
    readable(file, () => {
      inPlace();
      return run();
    });
  return {
    name: file,
    types: { bytes: "blob", integer: "integer", plainText: "text" },
    read: (run) => checked(() => run(reader)),
    alone: (run) => checked(() => turns.take(() => immediately(inside, writer, inPlace, run))),
    snapshot: (run) =>
      checked(async () => {
        await using own = inside.child();
        const db = connect(own, openReader(file));
        await sql`begin`.execute(db);
        return await run(db);
      }),
  };
}

function connect(scope: Scope, database: DatabaseSync): Db {
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyDatabase(database) }) });
  // Kysely closes only what it has used.
  scope.defer(() => {
    if (database.isOpen) database.close();
  });
  scope.defer(() => db.destroy());
  return db;
}

function openFile(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    closeSync(openSync(file, "a", 0o600));
    database = new DatabaseSync(file, { timeout: 0 });
    useWriteAheadLog(database);
    database.exec("PRAGMA synchronous = FULL");
    return database;
  } catch (error) {
    database?.close();
    throw fail("STORAGE_UNREADABLE", { file, why: textOf(error) }, error);
  }
}

function openReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
}

/** Device and number of the file: a connection goes on writing to a file that was deleted, and nobody would ever read it. */
function identityOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? `${stat.dev}:${stat.ino}` : "none";
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
      if (!isBusy(error) || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** Takes the write lock at once: a transaction that reads first and writes later fails when another wrote in between. */
async function immediately<T>(scope: Scope, db: Db, inPlace: () => void, run: (db: Db) => Promise<T>): Promise<T> {
  await begin(scope, db);
  try {
    const result = await run(db);
    inPlace();
    await sql`commit`.execute(db);
    return result;
  } catch (error) {
    // SQLite ends the transaction by itself when the disk is full, and has then none to roll back.
    await sql`rollback`.execute(db).catch(() => {});
    throw error;
  }
}

/** Waits without holding up this process, as SQLite's own time-out would. */
async function begin(scope: Scope, db: Db): Promise<void> {
  for (const until = performance.now() + BUSY_TIMEOUT_MS; ; ) {
    try {
      await sql`begin immediate`.execute(db);
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      await scope.sleep(RETRY_MS);
    }
  }
}

/** Extended codes have the plain one in their last byte. */
function isBusy(error: unknown): boolean {
  return (((error as { errcode?: number }).errcode ?? 0) & 0xff) === SQLITE_BUSY;
}
