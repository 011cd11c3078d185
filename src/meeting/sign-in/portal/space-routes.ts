import type { PortalAnswer } from "#bridge-link";
import { createFromTemplate, createMember, createSpace, OWNER_PERMISSIONS, updateSpace } from "#spaces";
import type { ObjectWriter, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { shown } from "../event-lines.ts";
import { textField } from "../fields.ts";
import { DONE, FieldError, ok } from "./answers.ts";
import { checked } from "./input.ts";
import { newSpace, page, type SpaceChange, spaceChange } from "./inputs.ts";
import { membershipOf, membershipsOf, type Permission, requirePermission } from "./membership.ts";
import type { Portal, Route, UserCall } from "./portal.ts";
import { spaceLine, spaceView } from "./views.ts";

/** Spaces that one user may own. */
const MAX_OWNED = 200;
/** Templates that are offered. */
const MAX_TEMPLATES = 200;

async function listSpaces({ storage, joinHost }: Portal, { user, request }: UserCall): Promise<PortalAnswer> {
  const { offset, limit } = checked(page, request.query);
  const all = await membershipsOf(storage, user);
  const memberships = all.slice(offset, offset + limit);
  return ok({ total: all.length, coSpaces: memberships.map((membership) => spaceLine(joinHost, membership)) });
}

async function showSpace({ storage, joinHost }: Portal, { user, ids }: UserCall): Promise<PortalAnswer> {
  return ok(await spaceView(storage, joinHost, await membershipOf(storage, ids[0]!, user)));
}

async function makeSpace(portal: Portal, { user, request }: UserCall): Promise<PortalAnswer> {
  const { name, coSpaceTemplateId, passcode } = checked(newSpace, request.body);
  const { storage, joinHost } = portal;
  const id = await storage.change(async (writer) => {
    const { total } = await writer.list("coSpace", { where: { ownerId: user.id }, limit: 0 });
    if (total >= MAX_OWNED) throw fail("PORTAL_TOO_MANY", { limit: MAX_OWNED });
    const wish = { name, ...(passcode ? { passcode } : {}) };
    const space = coSpaceTemplateId
      ? await fromTemplate(writer, coSpaceTemplateId, wish, user)
      : await plain(writer, wish, user);
    const { tenant } = user.fields;
    if (tenant !== undefined) await updateSpace(writer, space.id, { tenant });
    return space.id;
  });
  written(portal, user, "created new", id);
  return ok(await spaceView(storage, joinHost, await membershipOf(storage, id, user)));
}

interface Wish {
  readonly name: string;
  readonly passcode?: string;
}

async function fromTemplate(writer: ObjectWriter, id: string, wish: Wish, user: StoredObject): Promise<StoredObject> {
  if (!(await writer.get("coSpaceTemplate", id)))
    throw new FieldError("PORTAL_BAD_REQUEST", "coSpaceTemplateId", "there is no such template");
  const owner = { userId: user.id, userJid: String(user.fields.userJid) };
  return (await createFromTemplate(writer, id, { ...wish, owner })).space;
}

async function plain(writer: ObjectWriter, wish: Wish, user: StoredObject): Promise<StoredObject> {
  const { userJid } = user.fields;
  const space = await createSpace(writer, { ...wish, ownerJid: userJid });
  await createMember(writer, space.id, { userJid, ...OWNER_PERMISSIONS });
  return space;
}

/** Which permission a change of each field needs. A new secret ends the links, as a new passcode would. */
const NEEDED: Readonly<Record<Exclude<keyof SpaceChange, "version">, Permission>> = {
  name: "canChangeName",
  uri: "canChangeUri",
  callId: "canChangeCallId",
  passcode: "canChangePasscode",
  regenerateSecret: "canChangePasscode",
  nonMemberAccess: "canChangeNonMemberAccessAllowed",
};

async function changeSpace(portal: Portal, { user, ids, request }: UserCall): Promise<PortalAnswer> {
  const { version, ...change } = checked(spaceChange, request.body);
  const { storage, joinHost } = portal;
  await storage.change(async (writer) => {
    const membership = await membershipOf(writer, ids[0]!, user);
    for (const field of Object.keys(change)) requirePermission(membership, NEEDED[field as keyof typeof NEEDED]);
    await updateSpace(writer, membership.space.id, unsetting(change), version);
  });
  written(portal, user, "modified", ids[0]!);
  return ok(await spaceView(storage, joinHost, await membershipOf(storage, ids[0]!, user)));
}

/** "" unsets. */
export function unsetting<T extends Readonly<Record<string, string | number | boolean | undefined>>>(change: T) {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value === "" ? undefined : value]));
}

async function deleteSpace(portal: Portal, { user, ids }: UserCall): Promise<PortalAnswer> {
  await portal.storage.change(async (writer) => {
    const membership = await membershipOf(writer, ids[0]!, user);
    requirePermission(membership, "canDestroy");
    await writer.remove("coSpace", membership.space.id);
  });
  written(portal, user, "deleted", ids[0]!);
  return DONE;
}

function written({ events }: Portal, user: StoredObject, what: string, spaceId: string): void {
  events.write("info", `user "${shown(textField(user, "userJid") ?? "")}" ${what} space ${spaceId}`);
}

async function templates({ storage }: Portal): Promise<PortalAnswer> {
  const { objects } = await storage.list("coSpaceTemplate", { limit: MAX_TEMPLATES });
  const coSpaceTemplates = objects.map((template) => ({
    id: template.id,
    name: textField(template, "name"),
    description: textField(template, "description"),
  }));
  return ok({ coSpaceTemplates });
}

export const SPACE_ROUTES: readonly Route[] = [
  { method: "GET", path: "/cospaces", session: true, run: listSpaces },
  { method: "POST", path: "/cospaces", session: true, run: makeSpace },
  { method: "GET", path: "/cospaces/*", session: true, run: showSpace },
  { method: "PUT", path: "/cospaces/*", session: true, run: changeSpace },
  { method: "DELETE", path: "/cospaces/*", session: true, run: deleteSpace },
  { method: "GET", path: "/coSpaceTemplates", session: true, run: templates },
];
