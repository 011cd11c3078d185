import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { TurnpikeError, textOf } from "#base";
import type { BackupReport } from "../contract.ts";
import type { StorageEngine } from "../engine.ts";
import { fail } from "../errors.ts";
import { syncFolder } from "../key-file.ts";
import { SCHEMA_VERSION } from "../migrations/index.ts";
import type { StoredFields } from "../objects/sealed-fields.ts";
import type { Db, ObjectRow } from "../schema.ts";
import type { Sealer } from "../sealing.ts";
import { isPortable } from "../settings.ts";
import { type BackupLine, FORMAT } from "./format.ts";

/** Rows in memory at once. */
const PAGE = 500;

/** Writes all of one moment, whole or not at all (0600: it carries the key). */
export async function writeBackup(engine: StorageEngine, sealer: Sealer, file: string): Promise<BackupReport> {
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    const objects = await engine.snapshot(async (db) => {
      const count = { objects: 0 };
      const out = createWriteStream(draft, { flags: "wx", mode: 0o600, flush: true });
      await pipeline(Readable.from(signed(lines(db, sealer, count))), createGzip(), out);
      return count.objects;
    });
    renameSync(draft, file);
    syncFolder(dirname(file));
    return { objects, bytes: statSync(file).size };
  } catch (error) {
    discard(draft);
    if (isOurs(error)) throw error;
    throw fail("STORAGE_BACKUP_FAILED", { file, why: textOf(causeOf(error)) }, error);
  }
}

function discard(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // There is no such folder, so there is no draft either.
  }
}

/** The engine calls every failure inside a snapshot unreadable; one of the file system is the backup's own. */
function isOurs(error: unknown): boolean {
  return error instanceof TurnpikeError && !isFileError(error.cause);
}

function causeOf(error: unknown): unknown {
  return error instanceof TurnpikeError ? error.cause : error;
}

function isFileError(error: unknown): boolean {
  const { syscall, code } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && ["open", "write", "fsync", "close"].includes(syscall ?? "");
}

async function* lines(db: Db, sealer: Sealer, count: { objects: number }): AsyncGenerator<BackupLine> {
  const key = Buffer.from(sealer.key).toString("hex");
  const madeAt = new Date().toISOString();
  yield { head: { turnpike: "backup", format: FORMAT, schema: SCHEMA_VERSION, madeAt, key } };
  for (const { name, value } of await db.selectFrom("settings").selectAll().orderBy("name").execute())
    if (isPortable(name)) yield { setting: { name, value: Buffer.from(value).toString("base64") } };
  for (let after = -1; ; ) {
    const rows = await db
      .selectFrom("objects")
      .selectAll()
      .where("seq", ">", after)
      .orderBy("seq")
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return;
    for (const row of rows) yield objectLine(row);
    count.objects += rows.length;
    after = Number(rows.at(-1)!.seq);
  }
}

function objectLine(row: ObjectRow): BackupLine {
  return {
    object: {
      id: row.id,
      noun: row.noun,
      parent: row.parent,
      fields: JSON.parse(row.fields) as StoredFields,
      version: Number(row.version),
      createdAt: Number(row.created_at),
      changedAt: Number(row.changed_at),
    },
  };
}

/** The lines as text, with the last one that vouches for them. */
async function* signed(all: AsyncIterable<BackupLine>): AsyncGenerator<string> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const line of all) {
    const text = `${JSON.stringify(line)}\n`;
    hash.update(text);
    count++;
    yield text;
  }
  const end: BackupLine = { end: { lines: count, sha256: hash.digest("hex") } };
  yield `${JSON.stringify(end)}\n`;
}
