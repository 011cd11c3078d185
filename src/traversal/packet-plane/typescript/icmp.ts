import type { TransportAddress } from "#base";
import type { IcmpError } from "#native";

/** What RFC 8656 11.5 tells the client: destination unreachable, time exceeded; for ICMPv6 packet too big as well. */
const RELEVANT = { 4: [3, 11], 6: [1, 2, 3] } as const;

export function isRelevant({ version, type }: IcmpError): boolean {
  return (RELEVANT[version] as readonly number[]).includes(type);
}

/** As if the first router had sent it (RFC 792 with RFC 1191 4; RFC 4443 3.2): it is our own system that knows. */
export function tooLarge(peer: TransportAddress, mtu: number): IcmpError {
  return peer.address.includes(":")
    ? { peer, version: 6, type: 2, code: 0, mtu }
    : { peer, version: 4, type: 3, code: 4, mtu };
}
