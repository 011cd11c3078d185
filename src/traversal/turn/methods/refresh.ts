import { attribute, attributes, type StunMessage } from "#stun";
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
  const allocation = requireAllocation(server, request);
  const family = message.get(attributes.requestedAddressFamily);
  if (family !== undefined && family !== 1) throw new TurnError(443, `address family ${family}`);
  const lifetime = message.get(attributes.lifetime) === 0 ? 0 : lifetimeOf(message);
  if (lifetime === 0) server.end(allocation, "closed by the client");
  else allocation.expiresAt = now + lifetime * 1000;
  return [attribute(attributes.lifetime, lifetime)];
}
