import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { loadConfig, Scope, textOf } from "#base";
import { callControl, controlSection } from "#control";
import { certificatesText, hasProblem, type ListedCertificate } from "./certificates-text.ts";
import { fail } from "./errors.ts";
import { print } from "./print.ts";
import type { ServerOptions } from "./server-control.ts";

/** Every role has this section; the rest of its file does not matter here. */
const anyRole = z.looseObject({ control: controlSection });

/** While an ACME server thinks, ms. */
const ASK_AGAIN_MS = 500;

/** Exit code 1 if one of them has a problem, so that a cron job can tell. */
export async function certificates(options: ServerOptions): Promise<void> {
  const rows = await ask<readonly ListedCertificate[]>(options, "GET", "");
  print(options, rows, (look) => certificatesText(rows, look));
  if (rows.some(hasProblem)) process.exitCode = 1;
}

/** Waits until the ACME server has decided. */
export async function renew(use: string, options: ServerOptions): Promise<void> {
  await using scope = new Scope();
  await ask(options, "POST", `/${encodeURIComponent(use)}/renew`);
  let rows = await ask<readonly ListedCertificate[]>(options, "GET", "");
  while (rows.some((row) => row.use === use && row.acme?.state === "ordering")) {
    await scope.sleep(ASK_AGAIN_MS);
    rows = await ask<readonly ListedCertificate[]>(options, "GET", "");
  }
  await show(use, rows, options);
}

export async function install(
  use: string,
  certificate: string,
  key: string | undefined,
  options: ServerOptions,
): Promise<void> {
  const upload = { certificate: await read(certificate), ...(key !== undefined && { key: await read(key) }) };
  const path = `/${encodeURIComponent(use)}/install`;
  const answer = await ask<{ readonly certificates: readonly ListedCertificate[] }>(options, "POST", path, upload);
  await show(use, answer.certificates, options);
}

/** Prints the request alone, so that it can be sent on. */
export async function request(use: string, names: readonly string[], options: ServerOptions): Promise<void> {
  const path = `/${encodeURIComponent(use)}/request`;
  const answer = await ask<{ readonly request: string }>(options, "POST", path, names.length > 0 ? { names } : {});
  print(options, answer, () => answer.request.trimEnd());
}

async function show(use: string, rows: readonly ListedCertificate[], options: ServerOptions): Promise<void> {
  const mine = rows.filter((row) => row.use === use);
  print(options, mine, (look) => certificatesText(mine, look));
  if (mine.some(hasProblem)) process.exitCode = 1;
}

/** The role that runs with this file. Only the file is read: the secrets that it names stay closed. */
function ask<T>({ config }: ServerOptions, method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const { control } = loadConfig(resolve(config), anyRole);
  return callControl<T>(control.socket, method, `/api/certificates${path}`, body);
}

async function read(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : readFileSync(file, "utf8");
  } catch (error) {
    throw fail("CLI_FILE_UNREADABLE", { file, why: textOf(error) }, error);
  }
}
