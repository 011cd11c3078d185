import { Scope } from "#base";
import { print, type RoleOptions, readInput, roleControl } from "#role-control";
import { certificatesText, hasProblem, type ListedCertificate } from "./certificates-text.ts";

/** While an ACME server thinks, ms. */
const ASK_AGAIN_MS = 500;

/** Exit code 1 if one of them has a problem, so that a cron job can tell. */
export async function certificates(options: RoleOptions): Promise<void> {
  const rows = await ask<readonly ListedCertificate[]>(options, "GET", "");
  print(options, rows, (look) => certificatesText(rows, look));
  if (rows.some(hasProblem)) process.exitCode = 1;
}

/** Waits until the ACME server has decided. */
export async function renew(use: string, options: RoleOptions): Promise<void> {
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
  options: RoleOptions,
): Promise<void> {
  const upload = { certificate: await readInput(certificate), ...(key !== undefined && { key: await readInput(key) }) };
  const path = `/${encodeURIComponent(use)}/install`;
  const answer = await ask<{ readonly certificates: readonly ListedCertificate[] }>(options, "POST", path, upload);
  await show(use, answer.certificates, options);
}

/** Prints the request alone, so that it can be sent on. */
export async function request(use: string, names: readonly string[], options: RoleOptions): Promise<void> {
  const path = `/${encodeURIComponent(use)}/request`;
  const answer = await ask<{ readonly request: string }>(options, "POST", path, names.length > 0 ? { names } : {});
  print(options, answer, () => answer.request.trimEnd());
}

async function show(use: string, rows: readonly ListedCertificate[], options: RoleOptions): Promise<void> {
  const mine = rows.filter((row) => row.use === use);
  print(options, mine, (look) => certificatesText(mine, look));
  if (mine.some(hasProblem)) process.exitCode = 1;
}

function ask<T>(options: RoleOptions, method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  return roleControl(options).ask<T>(method, `/api/certificates${path}`, body);
}
