import { canonicalAddress, parseHostPort, type TransportAddress } from "#base";
import type { TurnCore } from "./core.ts";
import { parseShortTermName, type User } from "./credentials.ts";
import { fail } from "./errors.ts";
import type { PeerVerdict } from "./status.ts";

/**
 * May whoever holds that credential reach that peer, and by which rule? The credential is a local user, a short-term user
 * name, or just a role; no password is asked for. Throws TURN_BAD_PEER or TURN_BAD_CREDENTIAL.
 */
export function explainPeer(core: TurnCore, credential: string, peer: string): PeerVerdict {
  const { role, id } = userOf(core, credential);
  const where = addressOf(peer);
  const verdict = core.judge(role, where);
  return { role, user: id, peer: where, canonical: canonicalAddress(where.address)!, ...verdict };
}

function userOf({ options }: TurnCore, credential: string): User {
  if (credential === "guest" || credential === "bridge") return { id: "anybody", role: credential };
  const local = options.users.find(({ username }) => username === credential);
  const user = local ? { id: local.username, role: local.role } : parseShortTermName(credential, options.defaultRole);
  if (!user) throw fail("TURN_BAD_CREDENTIAL", { credential });
  return user;
}

/** Without a port the address alone is judged, as CreatePermission does. */
function addressOf(peer: string): TransportAddress {
  const parsed = canonicalAddress(peer) === undefined ? parseHostPort(peer, 0) : { address: peer, port: 0 };
  if (!parsed || canonicalAddress(parsed.address) === undefined) throw fail("TURN_BAD_PEER", { peer });
  return parsed;
}
