import { attribute, attributes } from "#stun";
import type { Client } from "../allocation.ts";

/** RFC 8489 12: tells clients their address. */
export function binding({ client }: { readonly client: Client }) {
  return [attribute(attributes.xorMappedAddress, client.address)];
}
