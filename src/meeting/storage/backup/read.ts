import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip } from "node:zlib";
import { TurnpikeError, textOf } from "#base";
import { fail } from "../errors.ts";
import { SCHEMA_VERSION } from "../migrations/index.ts";
import { type BackupHead, type BackupLine, FORMAT, lineSchema } from "./format.ts";

/** Characters; one object takes some hundreds. */
const MAX_LINE = 10_000_000;

/**
 * The lines between head and end. Throws STORAGE_BACKUP_UNUSABLE at the latest after the last of them if any is missing
 * or changed, and STORAGE_NEWER_SCHEMA.
 */
export async function* readBackup(file: string, onHead: (head: BackupHead) => void): AsyncGenerator<BackupLine> {
  try {
    yield* verified(file, onHead);
  } catch (error) {
    if (error instanceof TurnpikeError) throw error;
    throw fail("STORAGE_BACKUP_UNUSABLE", { file, why: textOf(error) }, error);
  }
}

async function* verified(file: string, onHead: (head: BackupHead) => void): AsyncGenerator<BackupLine> {
  const hash = createHash("sha256");
  let count = 0;
  let end: { readonly lines: number; readonly sha256: string } | undefined;
  for await (const text of textLines(file)) {
    if (end) throw new Error("something follows its end");
    const line = parsed(text);
    if (!line || (count === 0) !== "head" in line) throw new Error("it does not look like one");
    if ("end" in line) {
      end = line.end;
      continue;
    }
    hash.update(`${text}\n`);
    count++;
    if ("head" in line) onHead(checkedHead(file, line.head));
    else yield line;
  }
  if (!end) throw new Error("its end is missing");
  if (end.lines !== count || end.sha256 !== hash.digest("hex")) throw new Error("it has been changed");
}

function checkedHead(file: string, head: BackupHead): BackupHead {
  if (head.format > FORMAT || head.schema > SCHEMA_VERSION)
    throw fail("STORAGE_NEWER_SCHEMA", { file, found: head.schema, known: SCHEMA_VERSION });
  return head;
}

function parsed(text: string): BackupLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function* textLines(file: string): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  const source = createReadStream(file);
  const unzipped = createGunzip();
  // An error of the one ends the other; it is thrown below.
  pipeline(source, unzipped, () => {});
  let rest = "";
  try {
    for await (const chunk of unzipped) {
      const parts = (rest + decoder.write(chunk)).split("\n");
      rest = parts.pop()!;
      if (rest.length > MAX_LINE) throw new Error("a line has no end");
      yield* parts;
    }
    if (rest !== "") yield rest;
  } finally {
    source.destroy();
  }
}
