import type { ObjectReader, StoredObject } from "#storage";
import { fail } from "../errors.ts";

/** What a membership may allow: fields of the coSpaceUser. */
export const PERMISSIONS = [
  "canDestroy",
  "canAddRemoveMember",
  "canChangeName",
  "canChangeUri",
  "canChangeCallId",
  "canChangePasscode",
  "canChangeNonMemberAccessAllowed",
  "canRemoveSelf",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** A space that a user is a member or the owner of. */
export interface Membership {
  readonly space: StoredObject;
  /** Undefined for an owner who is no member. */
  readonly member: StoredObject | undefined;
  readonly owner: boolean;
}

/** Unset means allowed for this one only, as the noun's defaults have it. */
const ALLOWED_IF_UNSET: Permission = "canChangeNonMemberAccessAllowed";

export function memberMay({ fields }: StoredObject, permission: Permission): boolean {
  return fields[permission] === undefined ? permission === ALLOWED_IF_UNSET : fields[permission] === true;
}

/** Its owner may everything. */
export function may({ owner, member }: Membership, permission: Permission): boolean {
  return owner || (member !== undefined && memberMay(member, permission));
}

/** Throws PORTAL_NOT_ALLOWED. */
export function requirePermission(membership: Membership, permission: Permission): void {
  if (!may(membership, permission)) throw fail("PORTAL_NOT_ALLOWED", { permission });
}

/** Throws PORTAL_NOT_FOUND, whether there is no such space or it is others'. */
export async function membershipOf(reader: ObjectReader, spaceId: string, user: StoredObject): Promise<Membership> {
  const space = await reader.get("coSpace", spaceId);
  if (!space) throw fail("PORTAL_NOT_FOUND");
  const { objects } = await reader.list("coSpaceUser", { parent: space.id, where: { userId: user.id }, limit: 1 });
  const membership = { space, member: objects[0], owner: space.fields.ownerId === user.id };
  if (!membership.owner && !membership.member) throw fail("PORTAL_NOT_FOUND");
  return membership;
}

/** All spaces of a user, by name. */
export async function membershipsOf(reader: ObjectReader, user: StoredObject): Promise<readonly Membership[]> {
  const { objects: members } = await reader.list("coSpaceUser", { where: { userId: user.id } });
  const { objects: owned } = await reader.list("coSpace", { where: { ownerId: user.id } });
  const all = new Map<string, Membership>(owned.map((space) => [space.id, { space, member: undefined, owner: true }]));
  for (const member of members) {
    const space = all.get(member.parent!)?.space ?? (await reader.get("coSpace", member.parent!));
    if (space) all.set(space.id, { space, member, owner: all.has(space.id) });
  }
  return [...all.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

function nameOf({ space }: Membership): string {
  return String(space.fields.name ?? "");
}
