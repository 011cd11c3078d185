import { userInfo } from "node:os";
import { z } from "zod";
import {
  type AdminRole,
  addAdministrator,
  adminSection,
  openAuditTrail,
  readAdministrators,
  removeAdministrator,
  resetAdministratorTotp,
  setAdministratorPassword,
} from "#admin-http";
import { createLog, loadConfig, Scope, systemClock } from "#base";
import { roleFile } from "#role-control";
import { lookOf, readPassword, table } from "#terminal";

export interface AdminOptions {
  /** Of any role: the section stands at the same place in all. */
  readonly config?: string;
  readonly json?: boolean;
}

const anyRole = z.looseObject({ admin: adminSection });

export async function addAdmin(name: string, options: AdminOptions & { readonly role: AdminRole }): Promise<void> {
  const { role } = options;
  const { accountsFile } = await change(options, `add ${name} (${role})`, async (file) =>
    addAdministrator(file, { name, role, password: await readPassword(name) }, systemClock),
  );
  console.log(`Administrator ${name} (${role}) is kept in ${accountsFile}. A running role knows it at once.`);
}

export function listAdmins(options: AdminOptions): void {
  const accounts = readAdministrators(place(options).accountsFile).map(({ name, role, totp, createdAt }) => ({
    name,
    role,
    totp: totp !== undefined,
    createdAt,
  }));
  console.log(options.json ? JSON.stringify(accounts, null, 2) : listText(accounts));
}

interface Row {
  readonly name: string;
  readonly role: AdminRole;
  readonly totp: boolean;
  readonly createdAt: number;
}

function listText(rows: readonly Row[]): string {
  if (rows.length === 0) return "No administrators yet: `turnpike admin add NAME --role admin`.";
  const cells = rows.map(({ name, role, totp, createdAt }) => [
    name,
    role,
    totp ? "password and code" : "password",
    new Date(createdAt).toISOString().slice(0, 10),
  ]);
  const titles = ["Administrator", "Role", "Signs in with", "Since"].map((title) => ({ title }));
  return table(titles, cells, lookOf(process.stdout, 0).paint).join("\n");
}

export async function removeAdmin(name: string, options: AdminOptions): Promise<void> {
  await change(options, `remove ${name}`, (file) => removeAdministrator(file, name));
  console.log(`Administrator ${name} is removed, and signed out.`);
}

export async function changeAdminPassword(name: string, options: AdminOptions): Promise<void> {
  await change(options, `password of ${name}`, async (file) =>
    setAdministratorPassword(file, name, await readPassword(name), systemClock),
  );
  console.log(`Administrator ${name} has the new password, and is signed out.`);
}

export async function resetAdminTotp(name: string, options: AdminOptions): Promise<void> {
  await change(options, `totp-reset of ${name}`, (file) => resetAdministratorTotp(file, name, systemClock));
  console.log(`Administrator ${name} signs in with the password alone, and can set up a second factor anew.`);
}

/** What succeeds stands in the role's audit trail. */
async function change(options: AdminOptions, what: string, run: (file: string) => Promise<void>) {
  const admin = place(options);
  await run(admin.accountsFile);
  await using scope = new Scope();
  const audit = openAuditTrail(scope, admin.auditFile, { clock: systemClock, log: createLog("warn") });
  audit.add({
    what: "changed",
    who: systemUser(),
    via: "command line",
    from: "local",
    path: `turnpike admin: ${what}`,
  });
  return admin;
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

function place({ config }: AdminOptions) {
  return loadConfig(roleFile(config), anyRole).admin;
}
