import { attribute, attributes, type StunMessage } from "#stun";
import type { Allocation, Relay } from "../allocation.ts";
import { TurnError } from "../errors.ts";
import { type Request, requireAllocation, type ServerState } from "../state.ts";

/** RFC 8656 3.2 and 7.2, seconds. */
const DEFAULT_LIFETIME = 600;
const MAX_LIFETIME = 3600;

/** What is asked for within our bounds, seconds. */
export function lifetimeOf(message: StunMessage): number {
  const wanted = message.get(attributes.lifetime) ?? DEFAULT_LIFETIME;
  return Math.min(MAX_LIFETIME, Math.max(DEFAULT_LIFETIME, wanted));
}

/** RFC 8656 8.2. Expired credentials may prolong what they made: a meeting may last longer than they do. */
export function refresh(server: ServerState, request: Request) {
  const { message, now } = request;
  const resumed = server.mobility.resume(server, request);
  const allocation = resumed?.allocation ?? requireAllocation(server, request);
  const relays = relaysMeant(allocation, message);
  const lifetime = message.get(attributes.lifetime) === 0 ? 0 : lifetimeOf(message);
  if (lifetime > 0) for (const relay of relays) relay.expiresAt = now + lifetime * 1000;
  else if (relays.length === allocation.relays.length) server.end(allocation, "closed by the client");
  else for (const relay of relays) server.endRelay(allocation, relay);
  return [attribute(attributes.lifetime, lifetime), ...(resumed ? [resumed.ticket] : [])];
}

/** RFC 8656 8.2: of a dual allocation one family may be meant. */
function relaysMeant({ relays }: Allocation, message: StunMessage): readonly Relay[] {
  const family = message.get(attributes.requestedAddressFamily);
  if (family === undefined) return relays;
  const meant = relays.filter((relay) => relay.family === family);
  if (meant.length === 0) throw new TurnError(443, `no relay of address family ${family}`);
  return meant;
}
