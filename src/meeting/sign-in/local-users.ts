import type { Clock } from "#base";
import { hashPassword, type ObjectReader, type Storage, type StoredObject } from "#storage";
import { fail } from "./errors.ts";
import { textField } from "./fields.ts";
import { isJid } from "./jid.ts";
import { removeUser } from "./user-references.ts";

/** Characters of a password; NIST SP 800-63B 5.1.1.2 asks for at least eight. */
const PASSWORD = { least: 8, most: 256 };

export interface NewUser {
  readonly userJid: string;
  readonly password: string;
  readonly name?: string;
  readonly email?: string;
}

/** Rejects with USER_BAD_JID, USER_WEAK_PASSWORD or USER_EXISTS. */
export async function addLocalUser(storage: Storage, user: NewUser): Promise<StoredObject> {
  const { userJid, password, name = userJid, email } = user;
  if (!isJid(userJid)) throw fail("USER_BAD_JID", { jid: JSON.stringify(userJid) });
  const passwordHash = await hashed(password);
  return storage.change(async (writer) => {
    if ((await writer.holders("userJid", userJid)).length) throw fail("USER_EXISTS", { jid: userJid });
    const fields = { userJid, name, source: "local", passwordHash, ...(email === undefined ? {} : { email }) };
    return writer.insert({ noun: "user", fields });
  });
}

/** Ends the user's sessions too. Rejects with USER_UNKNOWN, USER_NOT_LOCAL or USER_WEAK_PASSWORD. */
export async function setLocalPassword(
  storage: Storage,
  userJid: string,
  password: string,
  clock: Clock,
): Promise<void> {
  const passwordHash = await hashed(password);
  await storage.change(async (writer) => {
    const { id } = await localUser(writer, userJid);
    await writer.update("user", id, { passwordHash, sessionsValidFrom: clock.now() });
  });
}

/** With its memberships. Rejects with USER_UNKNOWN or USER_NOT_LOCAL. */
export async function removeLocalUser(storage: Storage, userJid: string): Promise<void> {
  await storage.change(async (writer) => {
    const user = await localUser(writer, userJid, "oidc");
    await removeUser(writer, user.id);
  });
}

async function localUser(reader: ObjectReader, userJid: string, orFrom?: string): Promise<StoredObject> {
  const [holder] = await reader.holders("userJid", userJid);
  const user = holder && (await reader.get("user", holder.id));
  if (!user) throw fail("USER_UNKNOWN", { jid: userJid });
  const source = textField(user, "source") ?? "local";
  if (source !== "local" && source !== orFrom) throw fail("USER_NOT_LOCAL", { jid: userJid, source });
  return user;
}

function hashed(password: string): Promise<string> {
  const { length } = [...password];
  if (length < PASSWORD.least || length > PASSWORD.most) throw fail("USER_WEAK_PASSWORD", PASSWORD);
  return hashPassword(password);
}
