import { linksOf, type MeetingLink } from "#spaces";
import type { ObjectReader, StoredObject } from "#storage";
import { flagField, textField } from "../fields.ts";
import { type Doors, doorsOf } from "./doors.ts";
import { type Membership, may, memberMay, PERMISSIONS } from "./membership.ts";

/** A space in the list of one's own. */
export function spaceLine(joinHost: string, membership: Membership) {
  const { space, owner } = membership;
  const [link] = linksOf(joinHost, space, []);
  return {
    id: space.id,
    name: textField(space, "name"),
    uri: textField(space, "uri"),
    callId: textField(space, "callId"),
    link: link?.url,
    passcode: link?.passcode,
    passcodeUnknown: link?.passcodeUnknown || undefined,
    nonMemberAccess: flagField(space, "nonMemberAccess", true),
    owner,
    permissions: Object.fromEntries(PERMISSIONS.map((permission) => [permission, may(membership, permission)])),
    /** To be sent along with a change, so that nobody overwrites another's unseen. */
    version: space.version,
  };
}

/** The space with the ways in that this member may see. */
export async function spaceView(reader: ObjectReader, joinHost: string, membership: Membership) {
  const doors = await doorsOf(reader, membership);
  return { ...spaceLine(joinHost, membership), accessMethods: doorViews(joinHost, membership.space, doors) };
}

export function doorViews(joinHost: string, space: StoredObject, { visible, hosts }: Doors) {
  const links = linksOf(joinHost, space, visible);
  return visible.map((door) =>
    doorView(
      door,
      hosts.has(door.id),
      links.find(({ accessMethodId }) => accessMethodId === door.id),
    ),
  );
}

function doorView(door: StoredObject, forHosts: boolean, link: MeetingLink | undefined) {
  return {
    id: door.id,
    name: textField(door, "name"),
    uri: textField(door, "uri"),
    callId: textField(door, "callId"),
    passcode: textField(door, "passcode"),
    link: link?.url,
    forHosts,
    scope: textField(door, "scope") ?? "public",
    version: door.version,
  };
}

export function memberView(member: StoredObject, space: StoredObject, name: string | undefined, doors: Doors) {
  const profile = member.fields.callLegProfile;
  const door = doors.visible.find(({ fields }) => profile !== undefined && fields.callLegProfile === profile);
  return {
    id: member.id,
    userJid: textField(member, "userJid"),
    name: name ?? textField(member, "userJid"),
    owner: space.fields.ownerId !== undefined && space.fields.ownerId === member.fields.userId,
    /** The access method as whose guests or hosts this member comes in. */
    accessMethod: door?.id,
    ...Object.fromEntries(PERMISSIONS.map((permission) => [permission, memberMay(member, permission)])),
  };
}
