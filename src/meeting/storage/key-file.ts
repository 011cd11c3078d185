import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { textOf } from "#base";
import { fail } from "./errors.ts";
import { KEY_BYTES } from "./sealing.ts";

/** The key in the file: 32 bytes in hexadecimal on one line. Undefined if there is no such file. */
export function readKey(keyFile: string, storage: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(keyFile, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw fail("STORAGE_KEY_WRONG", { keyFile, file: storage, why: textOf(error) }, error);
  }
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw fail("STORAGE_KEY_WRONG", { keyFile, file: storage, why: `it has not ${KEY_BYTES * 2} hexadecimal digits` });
  return Buffer.from(text, "hex");
}

/** Reads the key, or makes one. Of several processes at once one makes it and the others read that. */
export function readOrMakeKey(keyFile: string, storage: string): Uint8Array {
  const found = readKey(keyFile, storage);
  if (found) return found;
  const key = randomBytes(KEY_BYTES);
  const draft = `${keyFile}.${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
    const fd = openSync(draft, "wx", 0o600);
    writeSync(fd, `${key.toString("hex")}\n`);
    fsyncSync(fd);
    closeSync(fd);
    linkSync(draft, keyFile);
    syncFolder(dirname(keyFile));
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return readKey(keyFile, storage) ?? key;
    throw fail("STORAGE_UNREADABLE", { file: keyFile, why: textOf(error) }, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A file's name is on disk only when its folder is. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
