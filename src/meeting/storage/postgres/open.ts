import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { type Log, type Scope, textOf } from "#base";
import { readSecretFile } from "#certificates";
import { readable, type StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import type { Db, Schema } from "../schema.ts";
import { Turns } from "../turns.ts";
import { sturdyPool } from "./pool.ts";

/** Together they keep every answer within 5 s while the server hangs: a turn, a connection, a query. */
const TURN_TIMEOUT_MS = 1500;
const CONNECT_TIMEOUT_MS = 1500;
const QUERY_TIMEOUT_MS = 1800;
/** How long a write waits for those of other servers; within the time of a query. */
const LOCK_TIMEOUT_MS = 1600;
const CONNECTIONS = 10;
/** Names our lock among the advisory locks of the database: "turnpike" in a number. */
const WRITER_LOCK = 8_751_727_845;
const INT8 = 20;

export interface PostgresOptions {
  readonly where: string;
  readonly passwordFile?: string;
  readonly log?: Log;
}

export function isPostgres(where: string): boolean {
  return /^postgres(ql)?:/i.test(where);
}

/** Connections are made when they are needed, and made again after the server was away. */
export async function openPostgres(scope: Scope, options: PostgresOptions): Promise<StorageEngine> {
  const inside = scope.child();
  const pool = new pg.Pool({ ...connectionOf(options), ...limits() });
  const name = nameOf(options.where);
  inside.on(pool, "error", (error: Error) => options.log?.warn("database connection lost", { why: textOf(error) }));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: sturdyPool(inside, pool) }) });
  inside.defer(() => db.destroy());
  const turns = new Turns(inside, TURN_TIMEOUT_MS);
  const checked = <T>(run: () => Promise<T>) =>
    readable(name, () => {
      if (inside.closed) throw new Error("it is closed");
      return run();
    });
  const transaction =
    (start: (db: Db) => Promise<unknown>) =>
    <T>(run: (db: Db) => Promise<T>) =>
      db.connection().execute((connection) => inTransaction(connection, start, run));
  const engine: StorageEngine = {
    name,
    types: { bytes: "bytea", integer: "bigint", plainText: 'text collate "C"' },
    read: (run) => checked(() => run(db)),
    alone: (run) => checked(() => turns.take(() => transaction(beginAlone)(run))),
    snapshot: (run) => checked(() => transaction(beginSnapshot)(run)),
  };
  await engine.read((reader) => warnIfForgetful(reader, options.log));
  return engine;
}

function limits(): pg.PoolConfig {
  return {
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    keepAlive: true,
    application_name: "turnpike",
    // Sequence numbers and milliseconds are far below 2^53.
    types: {
      getTypeParser: ((oid: number, format) =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
}

function connectionOf({ where, passwordFile }: PostgresOptions): pg.PoolConfig {
  if (!URL.canParse(where.replace("@/", "@localhost/")))
    throw fail("STORAGE_BAD_ADDRESS", { where: nameOf(where), why: "it is not a URL" });
  return { connectionString: where, ...(passwordFile === undefined ? {} : { Client: clientWith(passwordFile) }) };
}

/** pg lets the address overrule every other option, with nothing where it has no password. */
function clientWith(passwordFile: string): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      Object.assign(this, { password: () => readSecretFile(passwordFile) });
    }
  };
}

/** The address without a password in it. */
export function nameOf(where: string): string {
  return where.replace(/^(\w+:\/\/[^:@/]*):[^@/]*@/, "$1@").replace(/([?&]password=)[^&]*/gi, "$1…");
}

async function inTransaction<T>(db: Db, start: (db: Db) => Promise<unknown>, run: (db: Db) => Promise<T>): Promise<T> {
  try {
    await start(db);
    const result = await run(db);
    await sql`commit`.execute(db);
    return result;
  } catch (error) {
    await sql`rollback`.execute(db).catch(() => {});
    throw error;
  }
}

/** What is acknowledged must be on disk, whatever the server's own setting. The lock ends with the transaction. */
async function beginAlone(db: Db): Promise<void> {
  await sql`begin`.execute(db);
  await sql`select set_config('synchronous_commit', 'on', true)
    where current_setting('synchronous_commit') in ('off', 'local')`.execute(db);
  await sql`select pg_advisory_xact_lock(${WRITER_LOCK})`.execute(db);
}

function beginSnapshot(db: Db): Promise<unknown> {
  return sql`begin isolation level repeatable read read only`.execute(db);
}

/** A server that does not write through to the disk loses what it has acknowledged when the power goes. */
async function warnIfForgetful(db: Db, log: Log | undefined): Promise<void> {
  const { rows } = await sql<{ fsync: string }>`select current_setting('fsync') as fsync`.execute(db);
  if (rows[0]?.fsync === "off") log?.warn("the database server runs with fsync off: a power failure may lose data");
}
