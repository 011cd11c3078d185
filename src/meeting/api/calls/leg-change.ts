import { CALL_LEG_FIELDS, NOUNS } from "#api-schema";
import type { LegChange } from "#call-bridge";
import type { CallLegRules } from "#spaces";
import type { Params } from "../http/params.ts";
import type { Call } from "../http/route.ts";
import { noSuch } from "../stored/fields.ts";

const MUTES = ["rxAudioMute", "txAudioMute", "rxVideoMute", "txVideoMute"] as const;
const NO_EFFECT = ["chosenLayout", "layout", "dtmfSequence", "bandwidth", "confirmation", "ownerId", "layoutTemplate"];

type Rules = Record<string, string | number | boolean | undefined>;

/**
 * What a request changes of a leg. A parameter given empty is taken back, so that the profiles count again. A callLegProfile
 * given here lends its parameters to the leg as they are now; parameters given beside it count more.
 */
export async function readLegChange(call: Call): Promise<LegChange> {
  const { params } = call;
  const rules: Rules = await lent(call);
  const mutes: Record<string, boolean> = {};
  for (const field of CALL_LEG_FIELDS) {
    if (field.virtual) continue;
    const given = params.text(field.name);
    const value = params.value(field);
    if (given === undefined || field.inert) continue;
    if (value !== undefined && isMute(field.name)) mutes[field.name] = value === true;
    else rules[field.name] = value;
  }
  params.ignore(...NO_EFFECT);
  return {
    ...mutes,
    ...readImportance(params),
    ...(Object.keys(rules).length > 0 ? { rules: rules as Partial<CallLegRules> } : {}),
  };
}

/** Given empty it is taken back. */
export function readImportance(params: Params): Pick<LegChange, "importance"> {
  const importance = params.number("importance", 0, 2_147_483_647);
  return params.text("importance") === undefined ? {} : { importance };
}

async function lent(call: Call): Promise<Rules> {
  const id = call.params.id("callLegProfile");
  if (id === undefined) return {};
  const profile = await call.options.storage.get("callLegProfile", id);
  if (!profile) throw noSuch("callLegProfile", "callLegProfile");
  const effective = NOUNS.get("callLegProfile")!.fields.filter((field) => !field.inert && field.name !== "name");
  const entries = effective.map(({ name }) => [name, profile.fields[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isMute(name: string): boolean {
  return (MUTES as readonly string[]).includes(name);
}
