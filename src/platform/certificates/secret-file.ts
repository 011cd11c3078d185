import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { textOf } from "#base";
import { fail } from "./errors.ts";

/** Writes a key or secret so that only its owner can read it (0600), whole or not at all; folders are made with 0700. */
export function writeSecretFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(4).toString("hex")}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Reads a secret that is the only line of a file. Throws CERTIFICATE_SECRET_UNREADABLE if it is missing or empty. */
export function readSecretFile(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw fail("CERTIFICATE_SECRET_UNREADABLE", { file, why: textOf(error) }, error);
  }
  if (text === "") throw fail("CERTIFICATE_SECRET_UNREADABLE", { file, why: "it is empty" });
  return text;
}
