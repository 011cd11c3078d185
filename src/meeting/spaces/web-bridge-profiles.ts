import { type FieldValue, WEB_BRIDGE_PROFILE_DEFAULTS } from "#api-schema";
import type { Scope } from "#base";
import type { Fields, ObjectReader, Storage } from "#storage";
import type { Entrance } from "./contract.ts";
import { profileValues } from "./rules.ts";

/** What a Web Bridge offers: the parameters of a webBridgeProfile that have an effect here. */
export interface WebBridgeRules {
  readonly allowPasscodes: boolean;
  readonly allowSecrets: boolean;
  readonly userPortalEnabled: boolean;
  readonly allowUnauthenticatedGuests: boolean;
  readonly resolveCoSpaceCallIds: boolean;
  readonly resolveCoSpaceUris: "off" | "domainSuggestionDisabled" | "domainSuggestionEnabled";
}

/** Ids of what a profile is asked for. */
export interface WebBridgePlace {
  readonly webBridge?: string | undefined;
  /** Of the Web Bridge if left out. */
  readonly tenant?: string | undefined;
}

/** The webBridgeProfile in force, each parameter by itself: system, tenant, Web Bridge; the last that sets it counts. */
export async function effectiveWebBridgeProfile(
  reader: ObjectReader,
  place: WebBridgePlace,
): Promise<Fields & WebBridgeRules> {
  const webBridge = await object(reader, "webBridge", place.webBridge);
  const tenant = await object(reader, "tenant", place.tenant ?? webBridge?.fields.tenant);
  let effective: Fields = WEB_BRIDGE_PROFILE_DEFAULTS;
  for (const holder of [await reader.get("profiles", "profiles"), tenant, webBridge]) {
    const profile = await object(reader, "webBridgeProfile", holder?.fields.webBridgeProfile);
    if (profile) effective = { ...effective, ...profileValues(profile.fields) };
  }
  return effective as Fields & WebBridgeRules;
}

async function object(reader: ObjectReader, noun: string, id: FieldValue | undefined) {
  return id === undefined ? undefined : reader.get(noun, String(id));
}

/** Objects on which a profile in force depends. */
const NOUNS = new Set(["webBridge", "tenant", "profiles", "webBridgeProfile"]);
/** Other processes may write to the storage, and tell nobody, ms. */
const KEPT_MS = 30_000;

export interface WebBridgeProfiles {
  /** Of the Web Bridge with this id; the system's for none. Rejects with STORAGE_UNREADABLE. */
  of(webBridge: string | undefined): Promise<WebBridgeRules>;
}

/** Profiles in force, read once for each Web Bridge until something changes that they depend on. */
export function webBridgeProfiles(scope: Scope, storage: Storage): WebBridgeProfiles {
  const kept = new Map<string, Promise<WebBridgeRules>>();
  scope.defer(
    storage.onChange((changes) => {
      if (changes.some(({ noun }) => NOUNS.has(noun))) kept.clear();
    }),
  );
  scope.every(KEPT_MS, () => kept.clear());
  const read = (webBridge: string | undefined, key: string) => {
    const rules = effectiveWebBridgeProfile(storage, { webBridge });
    kept.set(key, rules);
    // What could not be read is read again the next time.
    rules.catch(() => kept.get(key) === rules && kept.delete(key));
    return rules;
  };
  return {
    of: (webBridge) => {
      const key = webBridge ?? "";
      return kept.get(key) ?? read(webBridge, key);
    },
  };
}

/**
 * How someone asks for a space over a Web Bridge: a passcode or secret that does not count there is as if it had not been
 * shown. What the Web Bridge does not look up is found by members alone, whom their portal shows it.
 */
export function entranceOver(rules: WebBridgeRules, { by, secret, passcode, userId }: Entrance): Entrance {
  const counts = {
    ...(secret === undefined || !rules.allowSecrets ? {} : { secret }),
    ...(passcode === undefined || !rules.allowPasscodes ? {} : { passcode }),
  };
  const byCallId = rules.resolveCoSpaceCallIds || counts.secret !== undefined;
  const found = "uri" in by ? rules.resolveCoSpaceUris !== "off" : byCallId;
  return { by, ...counts, ...(userId === undefined ? {} : { userId }), ...(found ? {} : { membersOnly: true }) };
}
