import { systemClock } from "#base";
import { addLocalUser, removeLocalUser, setLocalPassword } from "#sign-in";
import type { Storage } from "#storage";
import { lookOf, readPassword, table } from "#terminal";
import { withStorage } from "./storage.ts";

export interface UserOptions {
  /** meeting-server.yaml */
  readonly config?: string;
  readonly json?: boolean;
}

export async function addUser(
  userJid: string,
  options: UserOptions & { readonly name?: string; readonly email?: string },
): Promise<void> {
  const { name, email } = options;
  await withStorage(options.config, async (storage) => {
    const more = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
    await addLocalUser(storage, { userJid, password: await readPassword(userJid), ...more });
  });
  console.log(`User ${userJid} may sign in at the meeting app now.`);
}

export async function listUsers(options: UserOptions): Promise<void> {
  await withStorage(options.config, async (storage) => {
    const { objects } = await storage.list("user");
    const users = objects.map(({ fields: { userJid, name, email, source = "local" } }) => ({
      userJid: String(userJid),
      name: String(name ?? ""),
      email: String(email ?? ""),
      source: String(source),
    }));
    console.log(options.json ? JSON.stringify(users, null, 2) : listText(users));
  });
}

interface Row {
  readonly userJid: string;
  readonly name: string;
  readonly email: string;
  readonly source: string;
}

function listText(users: readonly Row[]): string {
  if (users.length === 0) return "No users yet: `turnpike user add NAME@EXAMPLE.COM`.";
  const titles = ["User", "Name", "E-mail", "From"].map((title) => ({ title }));
  const cells = users.map(({ userJid, name, email, source }) => [userJid, name, email, source]);
  return table(titles, cells, lookOf(process.stdout, 0).paint).join("\n");
}

export async function removeUser(userJid: string, options: UserOptions): Promise<void> {
  await withStorage(options.config, (storage) => removeLocalUser(storage, userJid));
  console.log(`User ${userJid} is removed, and signed out. The spaces stay.`);
}

export async function changeUserPassword(userJid: string, options: UserOptions): Promise<void> {
  const change = async (storage: Storage) =>
    setLocalPassword(storage, userJid, await readPassword(userJid), systemClock);
  await withStorage(options.config, change);
  console.log(`User ${userJid} has the new password, and is signed out everywhere.`);
}
