import type { ObjectReader, StoredObject } from "#storage";
import { type Membership, may } from "./membership.ts";

/** The access methods of a space that a member may see. */
export interface Doors {
  readonly visible: readonly StoredObject[];
  /** Ids of those that make whoever comes by them a host. */
  readonly hosts: ReadonlySet<string>;
}

/**
 * A link for hosts is shown only to who is one, or could change it: a member who is a guest must not make itself a host.
 * Private access methods are for those who may change the space's passcode.
 */
export async function doorsOf(reader: ObjectReader, membership: Membership): Promise<Doors> {
  const { objects } = await reader.list("accessMethod", { parent: membership.space.id });
  const hosts = await hostsAmong(reader, objects);
  const trusted = may(membership, "canChangePasscode");
  const own = membership.member?.fields.callLegProfile;
  const visible = objects.filter(({ id, fields }) => {
    if (trusted) return true;
    if (fields.scope === "private") return false;
    return !hosts.has(id) || (own !== undefined && own === fields.callLegProfile);
  });
  return { visible, hosts };
}

/** Those that need no activation where others do. */
async function hostsAmong(reader: ObjectReader, methods: readonly StoredObject[]): Promise<ReadonlySet<string>> {
  const waits = new Map<string, unknown>();
  for (const { id, fields } of methods) {
    const profile = fields.callLegProfile && (await reader.get("callLegProfile", String(fields.callLegProfile)));
    waits.set(id, profile ? profile.fields.needsActivation : undefined);
  }
  if (![...waits.values()].includes(true)) return new Set();
  return new Set([...waits].filter(([, needed]) => needed !== true).map(([id]) => id));
}
