import { TurnpikeError } from "#base";
import type { EventLog } from "#event-log";
import type { ObjectWriter, Storage, StoredObject } from "#storage";
import { fail } from "../errors.ts";
import { textField } from "../fields.ts";
import type { Network } from "../network.ts";
import { followRename, removeUser } from "../user-references.ts";
import { withDirectory } from "./connection.ts";
import type { LdapHealth } from "./health.ts";
import { attributesOf, personOf } from "./person.ts";
import { keepPersonalSpace } from "./personal-space.ts";
import { fieldsOf, type Import, planImport } from "./plan.ts";
import type { LdapSource } from "./source.ts";

/** Users written in one change: others wait for no longer than that. */
const BATCH = 100;

export interface ImportResult {
  /** Users that are as the directory has them now. */
  readonly imported: number;
  readonly removed: number;
  /** Entries without a usable jid. */
  readonly unusable: number;
  /** Who was left as it is, and why: somebody else has the jid, URI or call id, or a space cannot have it. */
  readonly clashes: readonly Clash[];
}

export interface Clash {
  readonly jid: string;
  readonly why: string;
}

export interface ImportTools {
  readonly events: EventLog;
  readonly storage: Storage;
  readonly network: Network;
  readonly health: LdapHealth;
}

/**
 * Makes the users of one source what the directory says. The directory is read to its end first: a search that breaks
 * off removes nobody, nor does one that finds nothing at all, as when the reader lost its rights. Rejects with
 * LdapFailure, LDAP_NO_ENTRIES, or with the storage's errors between two batches.
 */
export async function importSource(source: LdapSource, tools: ImportTools): Promise<ImportResult> {
  const { storage, network, health, events } = tools;
  const { server, baseDn, filter, mapping } = source;
  const attributes = attributesOf(mapping);
  const entries = await health.watch(server, () =>
    withDirectory(server, network, (directory) => directory.all({ baseDn, filter, attributes })),
  );
  events.trace("ldap", () => `search below "${baseDn}" for ${filter}: ${entries.length} entries`);
  const { objects: users } = await storage.list("user", { where: { ldapSource: source.id } });
  if (entries.length === 0 && users.length > 0) throw fail("LDAP_NO_ENTRIES", { server: server.address, baseDn });
  const people = entries.map((entry) => personOf(entry, mapping)).filter((person) => person !== undefined);
  const plan = planImport(people, users);
  await inBatches(storage, plan.gone, async (writer, user) => {
    await removeUser(writer, user.id);
  });
  const clashes: Clash[] = plan.clashes.map((jid) => ({ jid, why: "several entries have this jid" }));
  const imported = await inBatches(
    storage,
    plan.imports,
    (writer, one) => write(writer, one, source),
    (one, error) => clashes.push({ jid: one.person.jid, why: error.message }),
  );
  return { imported, removed: plan.gone.length, unusable: entries.length - people.length, clashes };
}

/** What fails as a whole is tried one by one; those that clash are told and left out. Says how many were written. */
async function inBatches<T>(
  storage: Storage,
  all: readonly T[],
  run: (writer: ObjectWriter, one: T) => Promise<void>,
  clashed?: (one: T, error: TurnpikeError) => void,
): Promise<number> {
  let written = 0;
  const attempt = async (some: readonly T[]): Promise<void> => {
    try {
      await storage.change(async (writer) => {
        for (const one of some) await run(writer, one);
      });
      written += some.length;
    } catch (error) {
      if (!clashed || !isClash(error)) throw error;
      if (some.length === 1) clashed(some[0]!, error);
      else for (const one of some) await attempt([one]);
    }
  };
  for (let start = 0; start < all.length; start += BATCH) await attempt(all.slice(start, start + BATCH));
  return written;
}

function isClash(error: unknown): error is TurnpikeError {
  return error instanceof TurnpikeError && error.kind === "user";
}

/** Writes only what differs. */
async function write(writer: ObjectWriter, { person, user }: Import, source: LdapSource): Promise<void> {
  const fields = fieldsOf(person, source.id, source.tenant);
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  let owner: StoredObject;
  if (!user) owner = await writer.insert({ noun: "user", fields: given });
  else if (Object.entries(fields).every(([name, value]) => textField(user, name) === value)) owner = user;
  else owner = await writer.update("user", user.id, fields);
  if (user && user.fields.userJid !== person.jid) await followRename(writer, user.id, person.jid);
  if (person.space) await keepPersonalSpace(writer, owner, person.space, source);
}

/** Users whose source is gone. Says how many they were. */
export async function removeOrphans(storage: Storage): Promise<number> {
  const { objects } = await storage.list("user", { where: { source: "ldap", ldapSource: undefined } });
  await inBatches(storage, objects, async (writer, user) => {
    await removeUser(writer, user.id);
  });
  return objects.length;
}
