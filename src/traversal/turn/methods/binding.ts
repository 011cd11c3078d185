import { attribute, attributes } from "#stun";
import type { Client } from "../allocation.ts";
import type { Request, ServerState } from "../state.ts";

/** RFC 8489 12: tells clients their address. */
export function binding(client: Client) {
  return [attribute(attributes.xorMappedAddress, client.address)];
}

/** A bridge, and so another edge of the cluster, is told how full this one is. */
export function loadBinding({ allocations, options, draining }: ServerState, { client, proof }: Request) {
  if (proof.user.role !== "bridge") return binding(client);
  const load = { allocations: allocations.size, capacity: options.limits.allocations, draining };
  return [...binding(client), attribute(attributes.turnpikeLoad, load)];
}
