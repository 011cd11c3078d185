import type { StoredObject } from "#storage";
import { textField } from "../fields.ts";
import type { Network } from "../network.ts";
import { type Directory, type DirectoryEntry, passwordFits, withDirectory } from "./connection.ts";
import { both } from "./filter.ts";
import type { LdapHealth } from "./health.ts";
import type { LdapSource } from "./source.ts";

/**
 * Whether the directory knows this user still, within the source's base and filter, and accepts the password for it.
 * Rejects with LdapFailure.
 */
export function directoryAccepts(
  source: LdapSource,
  user: StoredObject,
  password: string,
  network: Network,
  health: LdapHealth,
): Promise<boolean> {
  return health.watch(source.server, async () => {
    const find = (directory: Directory) => entryOf(directory, source, user);
    const entry = await withDirectory(source.server, network, find);
    return entry !== undefined && (await passwordFits(source.server, network, entry.dn, password));
  });
}

/** Where it was at the last import, else wherever it has moved to, if that can be searched for. */
async function entryOf(
  directory: Directory,
  source: LdapSource,
  user: StoredObject,
): Promise<DirectoryEntry | undefined> {
  const jid = textField(user, "userJid") ?? "";
  const { filter, baseDn, mapping } = source;
  const { attributes } = mapping.jid;
  const isThem = (entry: DirectoryEntry | undefined) =>
    mapping.jid.apply(entry?.attributes ?? new Map())?.toLowerCase() === jid.toLowerCase();
  const dn = textField(user, "distinguishedName");
  const known = dn && isBelow(dn, baseDn) ? await directory.entry({ baseDn: dn, filter, attributes }) : undefined;
  if (known && isThem(known)) return known;
  const wanted = mapping.jid.filterFor(jid);
  if (!wanted) return undefined;
  const found = await directory.few({ baseDn, filter: both(filter, wanted), attributes });
  return found.length === 1 && isThem(found[0]) ? found[0] : undefined;
}

function isBelow(dn: string, baseDn: string): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/\s*([,=+])\s*/g, "$1");
  const base = plain(baseDn);
  return base === "" || plain(dn) === base || plain(dn).endsWith(`,${base}`);
}
