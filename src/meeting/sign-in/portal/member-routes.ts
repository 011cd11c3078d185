import type { PortalAnswer } from "#bridge-link";
import { createMember } from "#spaces";
import type { ObjectReader, ObjectWriter, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { textField } from "../fields.ts";
import { DONE, FieldError, ok } from "./answers.ts";
import { doorsOf } from "./doors.ts";
import { checked } from "./input.ts";
import { type MemberChange, memberChange, newMember, page } from "./inputs.ts";
import { type Membership, may, memberMay, membershipOf, PERMISSIONS, requirePermission } from "./membership.ts";
import type { Portal, Route, UserCall } from "./portal.ts";
import { memberView } from "./views.ts";

/** Members of one space that are made here. */
const MAX_MEMBERS = 500;

async function listMembers({ storage }: Portal, { user, ids, request }: UserCall): Promise<PortalAnswer> {
  const { offset, limit } = checked(page, request.query);
  const membership = await membershipOf(storage, ids[0]!, user);
  const doors = await doorsOf(storage, membership);
  const { objects, total } = await storage.list("coSpaceUser", { parent: membership.space.id, offset, limit });
  const members = [];
  for (const member of objects) {
    const person = await storage.get("user", String(member.fields.userId ?? ""));
    members.push(memberView(member, membership.space, person && textField(person, "name"), doors));
  }
  return ok({ total, members });
}

async function addMember({ storage }: Portal, { user, ids, request }: UserCall): Promise<PortalAnswer> {
  const { userJid, ...change } = checked(newMember, request.body);
  const id = await storage.change(async (writer) => {
    const membership = await membershipOf(writer, ids[0]!, user);
    requirePermission(membership, "canAddRemoveMember");
    const person = await personOf(writer, userJid, user);
    const { total } = await writer.list("coSpaceUser", { parent: membership.space.id, limit: 0 });
    if (total >= MAX_MEMBERS) throw fail("PORTAL_TOO_MANY", { limit: MAX_MEMBERS });
    const where = { userId: person.id };
    const already = await writer.list("coSpaceUser", { parent: membership.space.id, where, limit: 0 });
    if (already.total) throw new FieldError("PORTAL_TAKEN", "userJid", "", "This person is a member already.");
    const fields = await granted(writer, membership, change, undefined);
    return (await createMember(writer, membership.space.id, { userJid: person.fields.userJid, ...fields })).id;
  });
  return ok({ id });
}

/** Somebody of the same tenant: others' users are nobody's business. */
async function personOf(reader: ObjectReader, userJid: string, asker: StoredObject): Promise<StoredObject> {
  const [holder] = await reader.holders("userJid", userJid);
  const person = holder && (await reader.get("user", holder.id));
  if (person && person.fields.tenant === asker.fields.tenant) return person;
  throw new FieldError("PORTAL_BAD_REQUEST", "userJid", "there is no such user", "Nobody here has this address.");
}

async function changeMember({ storage }: Portal, { user, ids, request }: UserCall): Promise<PortalAnswer> {
  const change = checked(memberChange, request.body);
  await storage.change(async (writer) => {
    const { membership, member } = await memberOf(writer, ids, user);
    requirePermission(membership, "canAddRemoveMember");
    keepOwner(membership, member);
    await writer.update("coSpaceUser", member.id, await granted(writer, membership, change, member));
  });
  return DONE;
}

async function removeMember({ storage }: Portal, { user, ids }: UserCall): Promise<PortalAnswer> {
  await storage.change(async (writer) => {
    const { membership, member } = await memberOf(writer, ids, user);
    const self = member.id === membership.member?.id;
    if (!(self && may(membership, "canRemoveSelf"))) requirePermission(membership, "canAddRemoveMember");
    keepOwner(membership, member);
    await writer.remove("coSpaceUser", member.id);
  });
  return DONE;
}

async function memberOf(writer: ObjectWriter, ids: readonly string[], user: StoredObject) {
  const membership = await membershipOf(writer, ids[0]!, user);
  const member = await writer.get("coSpaceUser", ids[1]!);
  if (member?.parent !== membership.space.id) throw fail("PORTAL_NOT_FOUND");
  return { membership, member };
}

/** Nobody but the owner changes the owner's membership. */
function keepOwner({ owner, space }: Membership, member: StoredObject): void {
  const isOwners = member.fields.userId !== undefined && member.fields.userId === space.fields.ownerId;
  if (isOwners && !owner) throw fail("PORTAL_NOT_ALLOWED", { permission: "ownerJid" });
}

/** Nobody gives or takes a permission, or a way in, that they do not have. */
async function granted(
  reader: ObjectReader,
  membership: Membership,
  { accessMethod, ...change }: MemberChange,
  before: StoredObject | undefined,
) {
  for (const permission of PERMISSIONS) {
    const wanted = change[permission];
    const now = before ? memberMay(before, permission) : false;
    if (wanted !== undefined && wanted !== now) requirePermission(membership, permission);
  }
  // Left out, this one would be allowed by the noun's default, although its giver may lack it.
  const first =
    before || may(membership, "canChangeNonMemberAccessAllowed") ? {} : { canChangeNonMemberAccessAllowed: false };
  const profile =
    accessMethod === undefined ? {} : { callLegProfile: await profileOf(reader, membership, accessMethod) };
  return { ...first, ...change, ...profile };
}

async function profileOf(reader: ObjectReader, membership: Membership, accessMethod: string) {
  if (accessMethod === "") return undefined;
  const { visible } = await doorsOf(reader, membership);
  const door = visible.find(({ id }) => id === accessMethod);
  if (!door) throw new FieldError("PORTAL_BAD_REQUEST", "accessMethod", "there is no such access method");
  return textField(door, "callLegProfile");
}

export const MEMBER_ROUTES: readonly Route[] = [
  { method: "GET", path: "/cospaces/*/members", session: true, run: listMembers },
  { method: "POST", path: "/cospaces/*/members", session: true, run: addMember },
  { method: "PUT", path: "/cospaces/*/members/*", session: true, run: changeMember },
  { method: "DELETE", path: "/cospaces/*/members/*", session: true, run: removeMember },
];
