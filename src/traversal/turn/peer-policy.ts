import { canonicalAddress, inPrefixes, type Prefix, parsePrefix, type TransportAddress } from "#base";
import { familyOf } from "./family.ts";
import type { TurnRole } from "./options.ts";

/** Addresses that are not public unicast: the special-purpose registries of IANA, multicast, and what reaches this host itself. */
const SPECIAL = prefixes(
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
  "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24",
  "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
  "::/128 ::1/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20",
  "5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8",
);

/** Never a peer, whatever is allowed: no single host is meant by it, or it is this one (0.0.0.0). */
const NOT_A_HOST = prefixes("0.0.0.0/8 224.0.0.0/4 255.255.255.255 ::/128 ff00::/8");

/**
 * IPv6 addresses whose packets come out at the IPv4 address within. The others that hide one (ISATAP, Teredo, NAT64 under a
 * local prefix) go where the routers think the IPv6 address is, and anybody can choose his so that an allowed one is in it.
 */
const DELIVERED_AS_IPV4 = prefixes("::/96 ::ffff:0:0/96 64:ff9b::/96 2002::/16");

/** What the policy must know of the server. Addresses are canonical. */
export interface PolicyFacts {
  /** Of this machine: its interfaces, and what the relays are bound to and advertised as. */
  readonly ownAddresses: ReadonlySet<string>;
  /** Does this machine listen there: TURN, web, tunnel, administration? */
  isOwnSocket(where: TransportAddress): boolean;
  /** Addresses that relays have, bound or advertised. */
  readonly relayAddresses: ReadonlySet<string>;
  /** Who holds the relay at that address, if there is one. */
  relayHolder(where: TransportAddress): TurnRole | undefined;
  readonly allowPeers: { readonly [role in TurnRole]: readonly Prefix[] };
}

export interface Verdict {
  readonly allowed: boolean;
  /** For the administrator: the rule that decided. */
  readonly rule: string;
}

const allow = (rule: string): Verdict => ({ allowed: true, rule });
const deny = (rule: string): Verdict => ({ allowed: false, rule });

/**
 * May an allocation of that role exchange packets with the peer? Default-deny, first rule wins. With `port` 0 the question
 * is of the address alone, as CreatePermission asks it; what is then sent is judged again with its port.
 */
export function judgePeer(facts: PolicyFacts, role: TurnRole, peer: TransportAddress): Verdict {
  const address = canonicalAddress(peer.address);
  if (address === undefined) return deny("not the address of a host");
  const verdict = judgeAddress(facts, role, { address, port: peer.port });
  const isDisguised = familyOf(address) !== familyOf(peer.address) && !inPrefixes(peer.address, DELIVERED_AS_IPV4);
  return verdict.allowed && isDisguised ? judgeAddress(facts, role, peer) : verdict;
}

function judgeAddress(facts: PolicyFacts, role: TurnRole, { address, port }: TransportAddress): Verdict {
  if (inPrefixes(address, NOT_A_HOST)) return deny("not the address of a host");
  if (facts.isOwnSocket({ address, port })) return deny("a listener of this edge");
  const own = facts.ownAddresses.has(address);
  if (inPrefixes(address, facts.allowPeers[role])) return allow(`turn.allowPeers.${role}`);
  if (facts.relayAddresses.has(address)) {
    const verdict = judgeRelay(facts, role, { address, port });
    if (verdict) return verdict;
  }
  if (own) return deny("an address of this machine, where no relay is");
  if (inPrefixes(address, SPECIAL)) return deny("not a public address");
  return role === "bridge"
    ? allow("a bridge reaches public addresses")
    : deny("a guest reaches only relays of bridges");
}

/** Undefined if no relay of ours is meant. */
function judgeRelay(facts: PolicyFacts, role: TurnRole, peer: TransportAddress): Verdict | undefined {
  if (peer.port === 0) return allow("relays of this server, by address");
  const holder = facts.relayHolder(peer);
  if (holder === undefined) return undefined;
  if (role === "guest" && holder !== "bridge") return deny("a guest reaches only relays of bridges");
  return allow("a relay of this server");
}

function prefixes(...lines: string[]): Prefix[] {
  return lines.flatMap((line) => line.split(" ")).map((text) => parsePrefix(text)!);
}
