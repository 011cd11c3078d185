import { canonicalAddress, inPrefixes, type Prefix, parsePrefix } from "#base";
import type { IceCandidate } from "../control.ts";
import type { Link } from "./link.ts";

/** Addresses that one client may have permissions for on the relays. */
export const MAX_PERMITTED = 16;

/** No unicast destination: this network, multicast, reserved and broadcast (RFC 6890). */
const NEVER: readonly Prefix[] = ["0.0.0.0/8", "224.0.0.0/3"].map((text) => parsePrefix(text)!);

/** A signalled address in canonical form, if a relay may be asked to let it through: IPv4 unicast. The edge's policy decides further. */
export function permissible(address: string): string | undefined {
  const canonical = canonicalAddress(address);
  if (canonical === undefined || canonical.includes(":")) return undefined;
  return inPrefixes(canonical, NEVER) ? undefined : canonical;
}

/** What a client is told, best first. Whoever comes through an edge learns relays only. */
export function candidatesFor(via: "edge" | "inside", links: readonly Link[]): IceCandidate[] {
  return links
    .filter((link) => via === "inside" || link.kind === "relay")
    .flatMap((link) => link.candidate ?? [])
    .sort((a, b) => b.priority - a.priority);
}
