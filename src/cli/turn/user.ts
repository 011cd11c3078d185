import { type ErrorTable, errorsOf, loadConfig } from "#base";
import { edgeConfig } from "#edge";
import { roleFile } from "#role-control";
import { lookOf, readPassword, table } from "#terminal";
import { addUser, readUsers, realmOf, removeUser, type TurnRole } from "#turn";

export const turnUserErrors = {
  TURN_USER_NO_FILE: {
    kind: "config",
    text: "{file} names no file for TURN users",
    remedy: "add `usersFile: secrets/turn-users` to its `turn` section, then restart or reload the edge",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(turnUserErrors);

interface UserOptions {
  readonly config?: string;
  readonly json?: boolean;
}

export async function add(name: string, options: UserOptions & { readonly role: TurnRole }): Promise<void> {
  const { file, realm } = place(options);
  addUser(file, realm, name, await readPassword(name), options.role);
  console.log(`TURN user ${name} (${options.role}) is kept in ${file}. A running edge takes it over within seconds.`);
}

export function list(options: UserOptions): void {
  const { file, realm } = place(options);
  const users = readUsers(file, realm).map(({ username, role }) => ({ username, role }));
  console.log(options.json ? JSON.stringify(users, null, 2) : listText(users));
}

function listText(users: readonly { readonly username: string; readonly role: string }[]): string {
  if (users.length === 0) return "No TURN users yet: `turnpike turn user add NAME --role bridge`.";
  const rows = users.map(({ username, role }) => [username, role]);
  return table([{ title: "User" }, { title: "Role" }], rows, lookOf(process.stdout, 0).paint).join("\n");
}

export function remove(name: string, options: UserOptions): void {
  const { file, realm } = place(options);
  removeUser(file, realm, name);
  console.log(`TURN user ${name} is removed. What it holds ends when it is refreshed next.`);
}

function place(options: UserOptions) {
  const file = roleFile(options.config, ["edge"]);
  const { turn } = loadConfig(file, edgeConfig);
  if (!turn.usersFile) throw fail("TURN_USER_NO_FILE", { file });
  return { file: turn.usersFile, realm: realmOf(turn) };
}
