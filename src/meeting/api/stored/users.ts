import { hashPassword, type ObjectWriter, type StoredObject } from "#storage";
import { invalidOperation, parameterError } from "../http/failure.ts";
import { noSuch, setOnly } from "./fields.ts";
import { type Special, textIn, userByJid } from "./special.ts";

/** Characters of a password; NIST SP 800-63B 5.1.1.2 asks for at least eight. */
const MIN_PASSWORD = 8;

/** POST makes local users. Those of a directory or a provider come and go with it. */
export const userSpecial: Special = {
  async prepare({ virtual }, call) {
    const { password } = virtual;
    if (password === undefined) return {};
    if (String(password).length < MIN_PASSWORD)
      throw parameterError("password", "invalidValue", `at least ${MIN_PASSWORD} characters`);
    const passwordHash = await hashPassword(String(password));
    return { passwordHash, sessionsValidFrom: call.options.clock.now() };
  },
  insert: (writer, { stored }) => writer.insert({ noun: "user", fields: { ...setOnly(stored), source: "local" } }),
  async update(writer, object, { stored }) {
    if (stored.passwordHash !== undefined && sourceOf(object) !== "local")
      throw invalidOperation("the user's password is kept by the directory or provider");
    const changed = await writer.update("user", object.id, stored);
    if (changed.fields.userJid !== object.fields.userJid) await rename(writer, changed);
    return changed;
  },
  async removing(writer, object) {
    if (sourceOf(object) === "ldap") throw invalidOperation("the user is made from a directory, and goes with it");
    await leaveSpaces(writer, object.id);
  },
};

/** Memberships carry the userJid beside the user's id, for lists. */
async function rename(writer: ObjectWriter, user: StoredObject): Promise<void> {
  const { userJid } = user.fields;
  for (const { id } of await membershipsOf(writer, user.id)) await writer.update("coSpaceUser", id, { userJid });
  const owned = await writer.list("coSpace", { where: { ownerId: user.id } });
  for (const { id } of owned.objects) await writer.update("coSpace", id, { ownerJid: userJid });
}

/** A membership without its user would be nobody's. */
async function leaveSpaces(writer: ObjectWriter, userId: string): Promise<void> {
  for (const { id } of await membershipsOf(writer, userId)) await writer.remove("coSpaceUser", id);
  const owned = await writer.list("coSpace", { where: { ownerId: userId } });
  for (const { id } of owned.objects) await writer.update("coSpace", id, { ownerJid: undefined });
}

async function membershipsOf(writer: ObjectWriter, userId: string): Promise<readonly StoredObject[]> {
  return (await writer.list("coSpaceUser", { where: { userId } })).objects;
}

function sourceOf({ fields }: StoredObject): string {
  return textIn(fields, "source") ?? "local";
}

/** A member is a user who exists; the same user is one member. */
export const coSpaceUserSpecial: Special = {
  async insert(writer, { stored }, parent) {
    const user = await userByJid(writer, String(stored.userJid));
    if (!user) throw noSuch("user", "userJid");
    const others = await writer.list("coSpaceUser", { parent: parent!, where: { userId: user.id }, limit: 0 });
    if (others.total > 0) throw parameterError("userJid", "duplicate", "this user is a member already");
    const fields = { ...setOnly(stored), userJid: user.fields.userJid!, userId: user.id };
    return writer.insert({ noun: "coSpaceUser", parent: parent!, fields });
  },
  async update(writer, object, { stored }) {
    const jid = stored.userJid;
    if (jid !== undefined && String(jid).toLowerCase() !== textIn(object.fields, "userJid")?.toLowerCase())
      throw parameterError("userJid", "readOnly", "remove the member and add the other user");
    const { userJid: _same, ...others } = stored;
    return writer.update("coSpaceUser", object.id, others);
  },
  /** Clients name a member by the id of the user, as in CMS. */
  async find(reader, id, parent) {
    const members = await reader.list("coSpaceUser", { parent: parent!, where: { userId: id }, limit: 1 });
    return members.objects[0];
  },
};
