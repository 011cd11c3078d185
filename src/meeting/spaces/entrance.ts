import { type ObjectReader, passwordMatches, type Storage, type StoredObject, textMatches } from "#storage";
import type { Admission, Entrance } from "./contract.ts";
import { effectiveCallRules } from "./profiles.ts";

/** A way in that was asked for: the space's own, or one of its access methods. */
interface Door {
  readonly space: StoredObject;
  readonly method: StoredObject | undefined;
}

type Proof = Pick<Entrance, "secret" | "passcode">;

/**
 * Finds what is asked for and whether the caller may enter. Undefined whatever is wrong, after about the same time:
 * a refusal always does the work of an argon2id check, an admission only where a hash is all that is known.
 */
export async function resolveEntrance(storage: Storage, entrance: Entrance): Promise<Admission | undefined> {
  const doors = await doorsOf(storage, entrance.by);
  const space = doors[0]?.space;
  const member = space && (await memberOf(storage, space, entrance.userId));
  const proof = shown(entrance);
  const mayTry = space !== undefined && (member !== undefined || isForVisitors(space, entrance));
  const mayPassAny = mayTry && (member !== undefined || (await mayShowNothing(storage, doors, proof)));
  const door = mayPassAny ? doors.find((one) => mayPass(one, proof)) : undefined;
  // A member needs to show nothing, and comes in by an old link too.
  const chosen = door ?? (member && doors[0]);
  if (chosen) return admission(chosen, member, entrance.by);
  const old = mayTry ? doors.find(({ method }) => !method)?.space : undefined;
  if (!(await oldPasscodeFits(old, proof)) || !old) return undefined;
  await keepPasscode(storage, old, proof.passcode!);
  return admission({ space: old, method: undefined }, undefined, entrance.by);
}

function isForVisitors(space: StoredObject, { membersOnly }: Entrance): boolean {
  return space.fields.nonMemberAccess !== false && membersOnly !== true;
}

/** False where somebody who shows nothing is to be asked for a passcode, though one of the doors has none. */
async function mayShowNothing(reader: ObjectReader, doors: readonly Door[], proof: Proof): Promise<boolean> {
  if (!bare(proof) || !doors.some(isLocked) || doors.every(isLocked)) return true;
  const { passcodeMode } = await effectiveCallRules(reader, { coSpace: doors[0]!.space.id });
  return passcodeMode !== "required";
}

/** Against the hash that an older version kept. Without one the same work is done for nothing. */
function oldPasscodeFits(space: StoredObject | undefined, { secret, passcode }: Proof): Promise<boolean> {
  const secretFits = secret === undefined || fits(space?.fields.secret, secret);
  const hash = secretFits ? text(space?.fields.passcodeHash) : undefined;
  return passwordMatches(hash, passcode ?? "");
}

/** The space's own way first. Several access methods may share a call id: their passcodes tell them apart. */
async function doorsOf(reader: ObjectReader, by: Entrance["by"]): Promise<Door[]> {
  const claims = "callId" in by ? await reader.holders("callId", by.callId) : await reader.holders("uri", by.uri);
  const doors: Door[] = [];
  for (const { noun, id } of claims) {
    const holder = await reader.get(noun, id);
    const space = holder?.parent === undefined ? holder : await reader.get("coSpace", holder.parent);
    if (holder && space?.noun === "coSpace") doors.push({ space, method: holder === space ? undefined : holder });
  }
  const age = ({ method }: Door) => method?.createdAt ?? 0;
  return doors.sort((a, b) => age(a) - age(b));
}

async function memberOf(reader: ObjectReader, space: StoredObject, userId: string | undefined) {
  if (userId === undefined) return undefined;
  const { objects } = await reader.list("coSpaceUser", { parent: space.id, where: { userId }, limit: 1 });
  return objects[0];
}

/** An empty field of a form is no passcode; an empty secret in a link is a wrong one. */
function shown({ secret, passcode }: Entrance): Proof {
  const typed = passcode?.trim() ? passcode.trim() : undefined;
  return { ...(secret === undefined ? {} : { secret }), ...(typed === undefined ? {} : { passcode: typed }) };
}

function bare({ secret, passcode }: Proof): boolean {
  return secret === undefined && passcode === undefined;
}

function isLocked({ space, method }: Door): boolean {
  return method === undefined
    ? space.fields.passcode !== undefined || space.fields.passcodeHash !== undefined
    : method.fields.passcode !== undefined;
}

/** Whatever is shown must be right, and something must be shown where there is a passcode. */
function mayPass(door: Door, proof: Proof): boolean {
  const { secret, passcode } = (door.method ?? door.space).fields;
  const secretRight = proof.secret === undefined || fits(secret, proof.secret);
  const passcodeRight = proof.passcode === undefined || fits(passcode, proof.passcode);
  return secretRight && passcodeRight && (!isLocked(door) || !bare(proof));
}

function fits(stored: unknown, given: string): boolean {
  const right = textMatches(text(stored) ?? "", given);
  return right && stored !== undefined && stored !== "";
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Now that it is known, it is stored so that invitations can show it, and the hash goes. */
async function keepPasscode(storage: Storage, space: StoredObject, passcode: string): Promise<void> {
  const fields = { passcode, passcodeHash: undefined };
  // Somebody may have changed the space meanwhile, and is right then.
  await storage.change((writer) => writer.update("coSpace", space.id, fields, space.version)).catch(() => {});
}

function admission({ space, method }: Door, member: StoredObject | undefined, by: Entrance["by"]): Admission {
  const { name, uri, callId, tenant, ownerJid } = space.fields;
  const asked = "callId" in by ? by.callId : (text(method?.fields.callId) ?? text(callId) ?? space.id);
  return {
    space: {
      id: space.id,
      name: text(name) ?? "",
      uri: text(uri),
      callId: text(callId),
      tenant: text(tenant),
      ownerJid: text(ownerJid),
    },
    accessMethod: method && { id: method.id, name: text(method.fields.name) ?? "" },
    member: member && {
      id: member.id,
      userId: String(member.fields.userId),
      userJid: text(member.fields.userJid) ?? "",
    },
    callId: asked,
  };
}
