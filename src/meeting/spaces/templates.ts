import type { ObjectReader, ObjectWriter, StoredObject } from "#storage";
import type { Change } from "./check.ts";
import { drawPasscode } from "./draw.ts";
import { fail } from "./errors.ts";
import { HOST_PROFILE } from "./seed.ts";
import { createAccessMethod, createMember, createSpace } from "./spaces.ts";

export interface NewSpace {
  readonly name: string;
  /** User part of its URI; also what `$` stands for in the URIs of its access methods. */
  readonly uri?: string;
  readonly passcode?: string;
  /** Who asked for it: becomes a member who may do everything to the space. */
  readonly owner?: { readonly userId: string; readonly userJid: string };
}

export interface SpaceWithDoors {
  readonly space: StoredObject;
  readonly accessMethods: readonly StoredObject[];
}

/** All that a member may do to the space. */
export const OWNER_PERMISSIONS = {
  canDestroy: true,
  canAddRemoveMember: true,
  canChangeName: true,
  canChangeUri: true,
  canChangeCallId: true,
  canChangePasscode: true,
  canChangeNonMemberAccessAllowed: true,
  canRemoveSelf: true,
} as const;

/**
 * Makes a space with the template's profiles and access methods. If an access method gets a call id of its own, the
 * space gets none: one without the access method's profile would be a way round the lobby. Its owner has the profile of
 * the template's first access method, which is the hosts'. `passcode` is the space's own and, if access methods have call
 * ids, that of the last, which is the guests'; the others have drawn ones, so that nobody becomes a host by guessing digits.
 */
export async function createFromTemplate(
  writer: ObjectWriter,
  templateId: string,
  wish: NewSpace,
): Promise<SpaceWithDoors> {
  const template =
    (await writer.get("coSpaceTemplate", templateId)) ?? (await writer.update("coSpaceTemplate", templateId, {}));
  const { objects: methods } = await writer.list("accessMethodTemplate", { parent: template.id });
  const own = !methods.some(({ fields }) => fields.generateUniqueCallId === true);
  const { callProfile, callLegProfile } = template.fields;
  const space = await createSpace(writer, {
    name: wish.name,
    requireCallId: own,
    ...set({ uri: wish.uri, callProfile, callLegProfile, ownerJid: wish.owner?.userJid }),
    ...(own ? set({ passcode: wish.passcode }) : {}),
  });
  const accessMethods: StoredObject[] = [];
  for (const [index, method] of methods.entries()) {
    const last = index === methods.length - 1;
    const passcode = own ? undefined : last ? wish.passcode : drawPasscode();
    accessMethods.push(await fromMethodTemplate(writer, space, method, wish.uri, passcode));
  }
  if (wish.owner) {
    const profile = set({ callLegProfile: methods[0]?.fields.callLegProfile });
    await createMember(writer, space.id, { userJid: wish.owner.userJid, ...profile, ...OWNER_PERMISSIONS });
  }
  return { space: (await writer.get("coSpace", space.id))!, accessMethods };
}

/** Rejects with SPACE_NO_SUCH_TEMPLATE, which names those that there are. */
export async function templateByName(reader: ObjectReader, name: string): Promise<StoredObject> {
  const { objects } = await reader.list("coSpaceTemplate");
  const found = objects.find(({ fields }) => String(fields.name).toLowerCase() === name.trim().toLowerCase());
  if (found) return found;
  const known = objects.map(({ fields }) => `"${fields.name}"`).join(", ") || "none, since there are none";
  throw fail("SPACE_NO_SUCH_TEMPLATE", { name, known });
}

/** Gives the space a way in for hosts, with the profile "Host" of the default templates and a drawn passcode. Rejects with SPACE_NO_HOST_PROFILE. */
export async function createHostDoor(writer: ObjectWriter, spaceId: string): Promise<StoredObject> {
  const { objects } = await writer.list("callLegProfile", { where: { name: HOST_PROFILE }, limit: 1 });
  if (!objects[0]) throw fail("SPACE_NO_HOST_PROFILE");
  const fields = { name: HOST_PROFILE, callLegProfile: objects[0].id, passcode: drawPasscode() };
  return createAccessMethod(writer, spaceId, fields, { requireCallId: true });
}

/** `$` in the URI generator stands for the space's URI; without one the access method has none. */
function fromMethodTemplate(
  writer: ObjectWriter,
  space: StoredObject,
  { fields }: StoredObject,
  uri: string | undefined,
  passcode: string | undefined,
): Promise<StoredObject> {
  const pattern = fields.uriGenerator === undefined ? undefined : String(fields.uriGenerator);
  const made = pattern?.includes("$") && uri === undefined ? undefined : pattern?.replaceAll("$", () => uri!);
  const change = set({ name: fields.name, callLegProfile: fields.callLegProfile, uri: made, passcode });
  return createAccessMethod(writer, space.id, change, { requireCallId: fields.generateUniqueCallId === true });
}

function set(change: Change): Change {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
