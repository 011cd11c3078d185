import type { StoredObject } from "#storage";
import { textField } from "../fields.ts";
import type { Person } from "./person.ts";

export interface Import {
  readonly person: Person;
  /** The user that it is already. */
  readonly user: StoredObject | undefined;
}

export interface Plan {
  readonly imports: readonly Import[];
  /** Users of this source whom the directory does not have any more. */
  readonly gone: readonly StoredObject[];
  /** Jids that several entries have. Whoever has one already keeps it as it is; nobody new gets it. */
  readonly clashes: readonly string[];
}

/**
 * Which entry is which user: the one with its distinguished name, or else with its jid, so that a user who was renamed or
 * moved keeps the spaces.
 */
export function planImport(people: readonly Person[], users: readonly StoredObject[]): Plan {
  const key = (text: string | undefined) => text?.toLowerCase() ?? "";
  const counts = new Map<string, number>();
  for (const { jid } of people) counts.set(key(jid), (counts.get(key(jid)) ?? 0) + 1);
  const clashing = (jid: string | undefined) => (counts.get(key(jid)) ?? 0) > 1;
  const byDn = new Map(users.map((user) => [key(textField(user, "distinguishedName")), user]));
  const byJid = new Map(users.map((user) => [key(textField(user, "userJid")), user]));
  const kept = new Set<StoredObject>();
  const sure = people.filter(({ jid }) => !clashing(jid));
  const sameDn = new Map(sure.map((person) => [person, byDn.get(key(person.dn))]));
  const taken = new Set([...sameDn.values()].filter((user) => user !== undefined));
  const imports = sure.map((person): Import => {
    const sameJid = byJid.get(key(person.jid));
    const user = sameDn.get(person) ?? (sameJid && !taken.has(sameJid) ? sameJid : undefined);
    if (user) kept.add(user);
    return { person, user };
  });
  const gone = users.filter((user) => !kept.has(user) && !clashing(textField(user, "userJid")));
  return { imports, gone, clashes: [...counts].filter(([, count]) => count > 1).map(([jid]) => jid) };
}

/** The fields of a user that come from the directory. */
export function fieldsOf(person: Person, sourceId: string, tenant: string | undefined) {
  const { jid: userJid, name, email, cdrTag, authenticationId, dn: distinguishedName } = person;
  const source = "ldap";
  return { userJid, name, email, cdrTag, authenticationId, distinguishedName, tenant, source, ldapSource: sourceId };
}
