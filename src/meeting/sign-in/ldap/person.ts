import { clip, isJid } from "../jid.ts";
import type { DirectoryEntry } from "./connection.ts";
import type { UserMapping } from "./source.ts";

/** What an entry of a directory says of a user. Texts are cut to what the storage holds. */
export interface Person {
  readonly dn: string;
  readonly jid: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly cdrTag: string | undefined;
  readonly authenticationId: string | undefined;
  /** A space of one's own, if the mapping makes one. */
  readonly space: PersonalSpace | undefined;
}

export interface PersonalSpace {
  readonly uri: string;
  readonly secondaryUri: string | undefined;
  readonly name: string;
  readonly callId: string | undefined;
}

/** Every attribute that the mapping reads. */
export function attributesOf(mapping: UserMapping): readonly string[] {
  return [...new Set(Object.values(mapping).flatMap((one) => one?.attributes ?? []))];
}

/** Undefined if it gives no usable jid. */
export function personOf(entry: DirectoryEntry, mapping: UserMapping): Person | undefined {
  const of = (key: keyof UserMapping) => mapping[key]?.apply(entry.attributes);
  const jid = of("jid");
  if (jid === undefined || !isJid(jid) || entry.dn.length > 1000) return undefined;
  const name = clip(of("name"), 200) ?? jid;
  const uri = of("coSpaceUri");
  return {
    dn: entry.dn,
    jid,
    name,
    email: clip(of("email"), 254),
    cdrTag: clip(of("cdrTag"), 100),
    authenticationId: clip(of("authenticationId"), 254),
    space: uri === undefined ? undefined : spaceOf(uri, name, of),
  };
}

function spaceOf(uri: string, name: string, of: (key: keyof UserMapping) => string | undefined): PersonalSpace {
  const spaceName = clip(of("coSpaceName"), 200) ?? name;
  return { uri, secondaryUri: of("coSpaceSecondaryUri"), name: spaceName, callId: of("coSpaceCallId") };
}
