import type { FieldValue } from "#api-schema";
import type { ObjectReader, StoredObject } from "#storage";
import type { Admission, CallLegRules, CallRules, ProfileLevel } from "./contract.ts";
import { callRulesOf, type Level, legRulesOf, profileValues } from "./rules.ts";

/** Ids of what a call leg belongs to. */
export interface LegPlace {
  readonly coSpace?: string | undefined;
  /** Of the coSpace if left out. */
  readonly tenant?: string | undefined;
  readonly accessMethod?: string | undefined;
  /** The coSpaceUser. */
  readonly member?: string | undefined;
  /** The callLegProfile that an outgoing leg was dialled with. */
  readonly callOut?: string | undefined;
  /** The leg's own parameters; `undefined` is unset. */
  readonly own?: { readonly [K in keyof CallLegRules]?: CallLegRules[K] | undefined } | undefined;
}

export interface EffectiveRules {
  readonly rules: CallLegRules;
  /** As callLegProfileTrace shows it: the levels that set anything, lowest precedence first. */
  readonly trace: readonly Level[];
}

type ProfileKind = "callLegProfile" | "callProfile";

/** What a call leg may do, from the profiles of everything that it belongs to. What has been deleted meanwhile sets nothing. */
export async function effectiveRules(reader: ObjectReader, place: LegPlace): Promise<EffectiveRules> {
  const kind = "callLegProfile";
  const space = await object(reader, "coSpace", place.coSpace);
  const trace = await present([
    ofHolder(reader, kind, "global", await reader.get("profiles", "profiles")),
    ofHolder(reader, kind, "tenant", await tenantOf(reader, space, place.tenant)),
    ofHolder(reader, kind, "coSpace", space),
    ofHolder(reader, kind, "accessMethod", await object(reader, "accessMethod", place.accessMethod)),
    ofHolder(reader, kind, "coSpaceUser", await object(reader, "coSpaceUser", place.member)),
    ofProfile(reader, kind, "callOut", place.callOut),
    ofLeg(place.own),
  ]);
  return { rules: legRulesOf(trace), trace };
}

/** How a call of the space behaves. */
export async function effectiveCallRules(
  reader: ObjectReader,
  place: Pick<LegPlace, "coSpace" | "tenant">,
): Promise<CallRules> {
  const kind = "callProfile";
  const space = await object(reader, "coSpace", place.coSpace);
  const levels = await present([
    ofHolder(reader, kind, "global", await reader.get("profiles", "profiles")),
    ofHolder(reader, kind, "tenant", await tenantOf(reader, space, place.tenant)),
    ofHolder(reader, kind, "coSpace", space),
  ]);
  return callRulesOf(levels);
}

/** Of someone who was admitted. */
export function rulesFor(reader: ObjectReader, admission: Admission, own?: LegPlace["own"]): Promise<EffectiveRules> {
  const { space, accessMethod, member } = admission;
  return effectiveRules(reader, { coSpace: space.id, accessMethod: accessMethod?.id, member: member?.id, own });
}

/** Of the call that someone was admitted to. */
export function callRulesFor(reader: ObjectReader, { space }: Pick<Admission, "space">): Promise<CallRules> {
  return effectiveCallRules(reader, { coSpace: space.id });
}

async function present(levels: readonly Promise<Level | undefined>[]): Promise<Level[]> {
  return (await Promise.all(levels)).filter((level) => level !== undefined);
}

async function object(reader: ObjectReader, noun: string, id: string | undefined): Promise<StoredObject | undefined> {
  return id === undefined ? undefined : reader.get(noun, id);
}

function tenantOf(reader: ObjectReader, space: StoredObject | undefined, tenant: string | undefined) {
  return object(reader, "tenant", tenant ?? reference(space, "tenant"));
}

async function ofHolder(
  reader: ObjectReader,
  kind: ProfileKind,
  scope: ProfileLevel,
  holder: StoredObject | undefined,
): Promise<Level | undefined> {
  const level = await ofProfile(reader, kind, scope, reference(holder, kind));
  const userId = scope === "coSpaceUser" ? reference(holder, "userId") : undefined;
  return level && userId !== undefined ? { ...level, userId } : level;
}

async function ofProfile(
  reader: ObjectReader,
  kind: ProfileKind,
  scope: ProfileLevel,
  profileId: string | undefined,
): Promise<Level | undefined> {
  const profile = await object(reader, kind, profileId);
  return profile && { scope, profileId: profile.id, values: profileValues(profile.fields) };
}

async function ofLeg(own: LegPlace["own"]): Promise<Level | undefined> {
  const set = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  const values = Object.fromEntries(set) as Record<string, FieldValue>;
  return set.length === 0 ? undefined : { scope: "callLeg", profileId: undefined, values };
}

function reference(holder: StoredObject | undefined, field: string): string | undefined {
  const id = holder?.fields[field];
  return id === undefined ? undefined : String(id);
}
