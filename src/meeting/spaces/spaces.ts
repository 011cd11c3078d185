import type { FieldValue } from "#api-schema";
import type { Fields, ObjectReader, ObjectWriter, StoredObject } from "#storage";
import { type Change, checked } from "./check.ts";
import { drawCallId, drawSecret } from "./draw.ts";
import { fail } from "./errors.ts";

/**
 * Makes a coSpace. `requireCallId` (true if left out) draws a call id if none is given; with a call id there is a
 * secret. Rejects with SPACE_BAD_FIELD, SPACE_PASSCODE_TOO_SHORT, SPACE_NO_SUCH_USER and what `insert` rejects with.
 */
export async function createSpace(writer: ObjectWriter, change: Change): Promise<StoredObject> {
  const { requireCallId = true, regenerateSecret: _, ...given } = checked("coSpace", change);
  const callId = given.callId ?? (requireCallId ? await drawCallId(writer) : undefined);
  const name = given.name ?? given.uri ?? callId;
  if (name === undefined) throw fail("SPACE_BAD_FIELD", { noun: "coSpace", field: "name", why: "it is missing" });
  const fields = { ...given, name, callId, ...(await ownerOf(writer, given)), secret: secretFor(callId, given.secret) };
  return writer.insert({ noun: "coSpace", fields: withoutUnset(fields) });
}

/** Changes a coSpace. `regenerateSecret` draws a new secret; a new passcode, or none, ends one of which only the hash was known. */
export async function updateSpace(
  writer: ObjectWriter,
  id: string,
  change: Change,
  ifVersion?: number,
): Promise<StoredObject> {
  const before = await found(writer, "coSpace", id);
  const { requireCallId, ...rest } = checked("coSpace", change);
  if ("name" in rest && rest.name === undefined)
    throw fail("SPACE_BAD_FIELD", { noun: "coSpace", field: "name", why: "it is missing" });
  const given = await withDrawnCallId(writer, before, rest, requireCallId === true);
  const owner = "ownerJid" in given ? await ownerOf(writer, given) : {};
  const legacy = "passcode" in given ? { passcodeHash: undefined } : {};
  return writer.update("coSpace", id, { ...secretAfter(before, given), ...owner, ...legacy }, ifVersion);
}

/** Another way into the space. `requireCallId` draws a call id of its own if none is given; false if left out. */
export async function createAccessMethod(
  writer: ObjectWriter,
  spaceId: string,
  change: Change,
  options: { readonly requireCallId?: boolean } = {},
): Promise<StoredObject> {
  const { regenerateSecret: _, ...given } = checked("accessMethod", change);
  const callId = given.callId ?? (options.requireCallId ? await drawCallId(writer) : undefined);
  const fields = { ...given, callId, secret: secretFor(callId, given.secret) };
  return writer.insert({ noun: "accessMethod", parent: spaceId, fields: withoutUnset(fields) });
}

export async function updateAccessMethod(
  writer: ObjectWriter,
  id: string,
  change: Change,
  ifVersion?: number,
): Promise<StoredObject> {
  const before = await found(writer, "accessMethod", id);
  return writer.update("accessMethod", id, secretAfter(before, checked("accessMethod", change)), ifVersion);
}

/** Makes the user a member. Rejects with SPACE_NO_SUCH_USER. */
export async function createMember(writer: ObjectWriter, spaceId: string, change: Change): Promise<StoredObject> {
  const given = checked("coSpaceUser", change);
  const user = await userByJid(writer, String(given.userJid ?? ""));
  const fields = { ...given, userJid: user.fields.userJid!, userId: user.id };
  return writer.insert({ noun: "coSpaceUser", parent: spaceId, fields: withoutUnset(fields) });
}

/** Rejects with SPACE_NO_SUCH_USER. */
export async function userByJid(reader: ObjectReader, userJid: string): Promise<StoredObject> {
  const [holder] = await reader.holders("userJid", userJid);
  const user = holder && (await reader.get("user", holder.id));
  if (!user) throw fail("SPACE_NO_SUCH_USER", { userJid });
  return user;
}

async function ownerOf(reader: ObjectReader, { ownerJid }: Change): Promise<Change> {
  if (ownerJid === undefined) return { ownerId: undefined };
  const user = await userByJid(reader, String(ownerJid));
  return { ownerId: user.id, ownerJid: user.fields.userJid };
}

async function withDrawnCallId(
  writer: ObjectWriter,
  before: StoredObject,
  change: Change,
  requireCallId: boolean,
): Promise<Change> {
  const callId = "callId" in change ? change.callId : before.fields.callId;
  return requireCallId && callId === undefined ? { ...change, callId: await drawCallId(writer) } : change;
}

/** The change with the secret that follows from it: there is one as long as there is a call id. */
function secretAfter(before: StoredObject, { regenerateSecret, ...change }: Change): Change {
  const callId = "callId" in change ? change.callId : before.fields.callId;
  const kept = "secret" in change ? change.secret : before.fields.secret;
  const secret = regenerateSecret === true ? drawSecret() : secretFor(callId, kept);
  return secret === before.fields.secret ? change : { ...change, secret };
}

function secretFor(callId: FieldValue | undefined, given: FieldValue | undefined): FieldValue | undefined {
  return given ?? (callId === undefined ? undefined : drawSecret());
}

async function found(writer: ObjectWriter, noun: string, id: string): Promise<StoredObject> {
  const object = await writer.get(noun, id);
  // The storage names the missing object in its own way.
  return object ?? writer.update(noun, id, {});
}

function withoutUnset(fields: Change): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
