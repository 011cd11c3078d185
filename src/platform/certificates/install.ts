import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { textOf } from "#base";
import { fail } from "./errors.ts";
import type { Pair } from "./issue.ts";
import { checkServable, loadPairOfAnyDate, type PairFiles } from "./load.ts";

/**
 * Replaces a pair of files: drafts of both, a copy of the former ones (`<file>.before`), then two renames, certificate first. If the
 * machine stops between them, the draft of the key is still there and `finishInstall` puts it in place. Throws
 * CERTIFICATE_NOT_WRITTEN, and both files are as before.
 */
export function replacePair(files: PairFiles, pair: Pair): void {
  if (files.certificateFile === files.keyFile) replaceWhole(files.certificateFile, pair);
  else replaceBoth(files, pair);
}

function replaceBoth({ certificateFile, keyFile }: PairFiles, pair: Pair): void {
  try {
    draft(certificateFile, pair.certificate, modeOf(certificateFile, 0o644));
    draft(keyFile, pair.key, 0o600);
    keep(certificateFile);
    keep(keyFile);
    renameSync(draftOf(certificateFile), certificateFile);
    try {
      renameSync(draftOf(keyFile), keyFile);
    } catch (error) {
      if (existsSync(beforeOf(certificateFile))) copyFileSync(beforeOf(certificateFile), certificateFile);
      throw error;
    }
  } catch (error) {
    for (const file of [certificateFile, keyFile]) rmSync(draftOf(file), { force: true });
    throw fail("CERTIFICATE_NOT_WRITTEN", { file: certificateFile, why: textOf(error) }, error);
  }
}

/** One file that holds both. */
function replaceWhole(file: string, { certificate, key }: Pair): void {
  try {
    draft(file, `${key.trim()}\n${certificate.trim()}\n`, 0o600);
    keep(file);
    renameSync(draftOf(file), file);
  } catch (error) {
    rmSync(draftOf(file), { force: true });
    throw fail("CERTIFICATE_NOT_WRITTEN", { file, why: textOf(error) }, error);
  }
}

/** After a stop in the middle of `replacePair`: if the draft of the key fits the certificate, it belongs in place. */
export function finishInstall({ certificateFile, keyFile }: PairFiles): void {
  const rest = draftOf(keyFile);
  if (certificateFile === keyFile || !existsSync(rest)) return;
  try {
    loadPairOfAnyDate(certificateFile, keyFile);
    rmSync(rest, { force: true });
  } catch {
    if (!fits(certificateFile, rest)) return;
    renameSync(rest, keyFile);
  }
}

function fits(certificateFile: string, keyFile: string): boolean {
  try {
    const pair = { certificate: readFileSync(certificateFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    checkServable(pair, { certificateFile, keyFile });
    return true;
  } catch {
    return false;
  }
}

function draft(file: string, text: string, mode: number): void {
  rmSync(draftOf(file), { force: true });
  writeFileSync(draftOf(file), text, { mode, flag: "wx", flush: true });
}

/** With the mode that it has: the copy of a key is as secret as the key. */
function keep(file: string): void {
  if (!existsSync(file)) return;
  rmSync(beforeOf(file), { force: true });
  writeFileSync(beforeOf(file), readFileSync(file), { mode: modeOf(file, 0o600), flag: "wx" });
}

function modeOf(file: string, otherwise: number): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat ? stat.mode & 0o777 : otherwise;
}

const draftOf = (file: string) => `${file}.draft`;
const beforeOf = (file: string) => `${file}.before`;
