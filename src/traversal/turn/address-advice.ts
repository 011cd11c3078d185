import { inPrefixes, type Prefix, parsePrefix, type TransportAddress, type TurnpikeError } from "#base";
import type { TurnSection } from "./config.ts";
import { fail } from "./errors.ts";

/** RFC 1918, 4193, 6598, loopback and link-local: nothing that the Internet routes. */
const PRIVATE: readonly Prefix[] = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
  ...["fc00::/7", "::1", "fe80::/10"],
].map((text) => parsePrefix(text)!);

/** No guest on the Internet reaches it. */
export function isPrivateAddress(address: string): boolean {
  return inPrefixes(address, PRIVATE);
}

const KEYS = [
  ["address", "advertised"],
  ["address6", "advertised6"],
] as const;

/**
 * What is likely to be wrong with the addresses of an edge between two networks: TURN_RELAY_PRIVATE, TURN_RELAY_INSIDE. It
 * runs all the same. `tunnel` is where the cores dial in, on the inner network.
 */
export function adviseAddresses(section: TurnSection, tunnel: TransportAddress): readonly TurnpikeError[] {
  const { relay } = section;
  return KEYS.flatMap(([bound, told]) => {
    const address = relay[bound];
    if (address === undefined) return [];
    const advertised = relay[told] ?? address;
    const outer = outerOf(section, address);
    return [
      ...(!relay.allowPrivate && isPrivateAddress(advertised)
        ? [fail("TURN_RELAY_PRIVATE", { address: advertised, key: told })]
        : []),
      ...(outer !== undefined && address === tunnel.address
        ? [fail("TURN_RELAY_INSIDE", { address, key: bound, outer })]
        : []),
    ];
  });
}

/** Another address of that family at which clients are served: then there are two networks, and both are named. */
function outerOf({ listen }: TurnSection, address: string): string | undefined {
  const wildcard = (other: string) => other === "0.0.0.0" || other === "::";
  const other = listen.find((where) => where.address !== address && !wildcard(where.address));
  return other && other.address.includes(":") === address.includes(":") ? other.address : undefined;
}
