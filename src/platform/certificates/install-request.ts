import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { textOf } from "#base";
import type { CertificateUse } from "./contract.ts";
import { fail } from "./errors.ts";
import { replacePair } from "./install.ts";
import type { Pair } from "./issue.ts";
import { checkDates, checkServable, splitCertificates } from "./load.ts";
import { makeRequest } from "./request.ts";
import { writeSecretFile } from "./secret-file.ts";

interface Place {
  readonly name: string;
  readonly use: CertificateUse;
}

/** An upload, checked as a whole before a file is touched. Throws a TurnpikeError, and all is as before. */
export function installPair(
  place: Place,
  upload: { readonly certificate: string; readonly key?: string },
  now: number,
): void {
  const { certificate: certificateFile, key: keyFile } = filesOf(place);
  const certificate = `${splitCertificates(upload.certificate, "the upload").join("\n")}\n`;
  const waiting = requestKeyFile(keyFile);
  const key = upload.key ?? (existsSync(waiting) ? readFileSync(waiting, "utf8") : undefined);
  if (key === undefined) throw fail("CERTIFICATE_KEY_MISSING", { use: place.name });
  const pair: Pair = { certificate, key };
  const named = upload.key === undefined ? "the key of the request" : "the uploaded key";
  const leaf = checkServable(pair, { certificateFile: "the upload", keyFile: named });
  checkDates(leaf, "the upload", now);
  replacePair({ certificateFile, keyFile }, pair);
  if (upload.key === undefined) for (const file of [waiting, requestFile(place)]) rmSync(file, { force: true });
}

/** Keeps the new key aside until its certificate comes. A former request that waits is void then. */
export async function writeRequest(place: Place, names: readonly string[]): Promise<string> {
  const { key: keyFile } = filesOf(place);
  if (names.length === 0) throw fail("CERTIFICATE_NAME_INVALID", { name: "no name" });
  const { request, key } = await makeRequest(names);
  try {
    writeSecretFile(requestKeyFile(keyFile), key);
    writeSecretFile(requestFile(place), request);
  } catch (error) {
    throw fail("CERTIFICATE_NOT_WRITTEN", { file: requestFile(place), why: textOf(error) }, error);
  }
  return request;
}

export function waitingRequest(place: Place): { readonly createdAt: number; readonly file: string } | undefined {
  if (place.use.source.from !== "files") return undefined;
  const file = requestFile(place);
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && { createdAt: stat.mtimeMs, file };
}

export function requestFile(place: Place): string {
  return `${filesOf(place).certificate}.request`;
}

function requestKeyFile(keyFile: string): string {
  return `${keyFile}.request-key`;
}

function filesOf({ name, use: { source } }: Place): { readonly certificate: string; readonly key: string } {
  if (source.from !== "files") throw fail("CERTIFICATE_RENEWED_BY_ITSELF", { use: name });
  return source;
}
