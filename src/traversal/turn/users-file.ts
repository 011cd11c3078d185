import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { textOf } from "#base";
import { writeSecretFile } from "#certificates";
import { longTermKey, longTermKeySha256 } from "#stun";
import { fail } from "./errors.ts";
import type { TurnRole, TurnUser } from "./options.ts";

/** RFC 8489 14.3: a USERNAME has at most 508 bytes. */
const MAX_NAME_BYTES = 508;

const hex = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `not ${bytes} bytes in hexadecimal`);

const fileSchema = z.strictObject({
  /** The keys below are good in this realm only. */
  realm: z.string(),
  users: z.array(
    z.strictObject({
      username: z.string().min(1),
      role: z.enum(["guest", "bridge"]),
      md5: hex(16),
      sha256: hex(32),
    }),
  ),
});

/** The users of that file; none if there is no file. Throws TURN_USERS_FILE, TURN_USERS_OPEN or TURN_USERS_REALM. */
export function readUsers(file: string, realm: string): readonly TurnUser[] {
  if (!existsSync(file)) return [];
  const content = parse(file);
  const mode = statSync(file).mode & 0o777;
  if (mode & 0o077) throw fail("TURN_USERS_OPEN", { file, mode: mode.toString(8) });
  if (content.realm !== realm && content.users.length > 0)
    throw fail("TURN_USERS_REALM", { file, was: content.realm, realm });
  return content.users;
}

/** Adds a user, or gives one a new password and role. The password is not kept. Throws as `readUsers`, and TURN_USER_BAD_NAME. */
export function addUser(file: string, realm: string, name: string, password: string, role: TurnRole): void {
  const username = name.normalize("NFC");
  const why = faultOf(username);
  if (why) throw fail("TURN_USER_BAD_NAME", { username, why });
  const user = {
    username,
    role,
    md5: longTermKey(username, realm, password).toString("hex"),
    sha256: longTermKeySha256(username, realm, password).toString("hex"),
  };
  write(file, realm, [...readUsers(file, realm).filter((other) => other.username !== username), user]);
}

/** Throws TURN_USER_UNKNOWN, and as `readUsers`. */
export function removeUser(file: string, realm: string, username: string): void {
  const users = readUsers(file, realm);
  const left = users.filter((user) => user.username !== username.normalize("NFC"));
  if (left.length === users.length) throw fail("TURN_USER_UNKNOWN", { username });
  write(file, realm, left);
}

function write(file: string, realm: string, users: readonly TurnUser[]): void {
  writeSecretFile(file, `${JSON.stringify({ realm, users }, null, 2)}\n`);
}

function parse(file: string): z.output<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? `${error.issues[0]!.path.join(".")}: ${error.issues[0]!.message}` : textOf(error);
    throw fail("TURN_USERS_FILE", { file, why });
  }
}

/** A name that looks like short-term credentials would never be asked for as a local one's. */
function faultOf(username: string): string | undefined {
  if (username === "") return "it is empty";
  if (Buffer.byteLength(username) > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(username)) return "it has control characters";
  if (/^\d{1,12}:/.test(username)) return "it begins like a short-term name, with digits and a colon";
  return undefined;
}
