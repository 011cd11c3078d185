import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { type ErrorTable, errorsOf, loadConfig } from "#base";
import { edgeConfig } from "#edge";
import { addUser, readUsers, realmOf, removeUser, type TurnRole } from "#turn";
import { lookOf } from "./look.ts";
import { table } from "./table.ts";

export const turnUserErrors = {
  TURN_USER_NO_FILE: {
    kind: "config",
    text: "{file} names no file for TURN users",
    remedy: "add `usersFile: secrets/turn-users` to its `turn` section, then restart or reload the edge",
  },
  TURN_USER_NO_PASSWORD: {
    kind: "user",
    text: "no password was given on standard input",
    remedy: "type it when asked, or pipe it: `turnpike turn user add NAME < password-file`",
  },
} as const satisfies ErrorTable;

const fail = errorsOf(turnUserErrors);

interface UserOptions {
  readonly config: string;
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
  const config = resolve(options.config);
  const { turn } = loadConfig(config, edgeConfig);
  if (!turn.usersFile) throw fail("TURN_USER_NO_FILE", { file: options.config });
  return { file: turn.usersFile, realm: realmOf(turn) };
}

/** Never from the command line, where every user of the machine could read it. */
async function readPassword(name: string): Promise<string> {
  const { stdin } = process;
  const password = stdin.isTTY ? await ask(`Password of ${name}: `) : (await text(stdin)).replace(/\r?\n$/, "");
  if (password === "") throw fail("TURN_USER_NO_PASSWORD");
  return password;
}

/** What is typed is not shown. */
async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  using lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  const answer = await lines.question("");
  process.stdout.write("\n");
  return answer;
}
