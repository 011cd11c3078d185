import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { type ErrorTable, errorsOf } from "#base";

export const passwordErrors = {
  PASSWORD_MISSING: {
    kind: "user",
    text: "no password was given on standard input",
    remedy: "type it when asked, or pipe it: `turnpike ... NAME < password-file`",
  },
  PASSWORDS_DIFFER: { kind: "user", text: "the two passwords are not the same", remedy: "run the command again" },
} as const satisfies ErrorTable;

const fail = errorsOf(passwordErrors);

/**
 * Asked for twice on a terminal, without echo, or one line from a pipe; never from the command line, where every user of
 * the machine could read it. Throws PASSWORD_MISSING or PASSWORDS_DIFFER.
 */
export async function readPassword(name: string): Promise<string> {
  const { stdin } = process;
  if (!stdin.isTTY) return filled((await text(stdin)).replace(/\r?\n$/, ""));
  const password = filled(await ask(`Password of ${name}: `));
  if ((await ask("The same again: ")) !== password) throw fail("PASSWORDS_DIFFER");
  return password;
}

function filled(password: string): string {
  if (password === "") throw fail("PASSWORD_MISSING");
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
