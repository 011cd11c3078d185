import type { Clock } from "#base";
import type { AdminRole } from "../contract.ts";
import { fail } from "../errors.ts";
import { type Account, updateAccounts } from "./file.ts";
import { checkPassword, hashPassword } from "./password.ts";

const NAME = /^[^\s:\p{C}]{1,64}$/u;

/** Throws ADMIN_NAME_BAD, ADMIN_NAME_TAKEN or ADMIN_PASSWORD_WEAK; all below also what the file is wrong with. */
export async function addAdministrator(
  file: string,
  { name: given, role, password }: { readonly name: string; readonly role: AdminRole; readonly password: string },
  clock: Clock,
): Promise<void> {
  const name = given.normalize("NFC");
  if (!NAME.test(name)) throw fail("ADMIN_NAME_BAD", { name: JSON.stringify(given) });
  checkPassword(password);
  const passwordHash = await hashPassword(password);
  const now = clock.now();
  await updateAccounts(file, (accounts) => {
    if (accounts.some((other) => other.name === name)) throw fail("ADMIN_NAME_TAKEN", { name });
    return [...accounts, { name, role, passwordHash, createdAt: now, changedAt: now }];
  });
}

/** Throws ADMIN_NAME_UNKNOWN or ADMIN_LAST. Sessions of that account end. */
export function removeAdministrator(file: string, name: string): Promise<void> {
  return updateAccounts(file, (accounts) => {
    const { role } = known(accounts, name);
    const left = accounts.filter((other) => other.name !== name.normalize("NFC"));
    if (role === "admin" && !left.some((other) => other.role === "admin")) throw fail("ADMIN_LAST", { name });
    return left;
  });
}

/** Throws ADMIN_NAME_UNKNOWN or ADMIN_PASSWORD_WEAK. Sessions of that account end. */
export async function setAdministratorPassword(
  file: string,
  name: string,
  password: string,
  clock: Clock,
): Promise<void> {
  checkPassword(password);
  const passwordHash = await hashPassword(password);
  await changeAccount(file, name, (account) => ({ ...account, passwordHash, changedAt: clock.now() }));
}

/** Takes the second factor away. Throws ADMIN_NAME_UNKNOWN. */
export function resetAdministratorTotp(file: string, name: string, clock: Clock): Promise<void> {
  return changeAccount(file, name, ({ totp: _, ...account }) => ({ ...account, changedAt: clock.now() }));
}

/** Throws ADMIN_NAME_UNKNOWN. */
export function changeAccount(file: string, name: string, change: (account: Account) => Account): Promise<void> {
  return updateAccounts(file, (accounts) => {
    const account = known(accounts, name);
    return accounts.map((other) => (other === account ? change(other) : other));
  });
}

function known(accounts: readonly Account[], name: string): Account {
  const account = accounts.find((other) => other.name === name.normalize("NFC"));
  if (!account) throw fail("ADMIN_NAME_UNKNOWN", { name });
  return account;
}
