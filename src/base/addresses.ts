import ipaddr from "ipaddr.js";

/** An IP address in canonical text form with a UDP or TCP port, 0-65535. */
export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/** The key under which tables hold a transport address. */
export function addressKey(where: TransportAddress): string {
  return `${where.address}|${where.port}`;
}

const keys = new WeakMap<TransportAddress, string>();

/** `addressKey` of an object that comes with many packets: the text is made once. */
export function rememberedKey(where: TransportAddress): string {
  let key = keys.get(where);
  if (key === undefined) {
    key = addressKey(where);
    keys.set(where, key);
  }
  return key;
}

/** "192.0.2.1:3478" or "[2001:db8::1]:3478". */
export function formatAddress(where: TransportAddress): string {
  return where.address.includes(":") ? `[${where.address}]:${where.port}` : `${where.address}:${where.port}`;
}

/**
 * Reads "host:port", "[v6]:port", or either without its port if `defaultPort` is given. The host may be a name.
 * Returns undefined if it is none of these.
 */
export function parseHostPort(text: string, defaultPort?: number): TransportAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port === undefined || port > 65535) return undefined;
  return { address: match[1] ?? match[2]!, port };
}

const PLAIN_IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;

/**
 * The one form in which an IP address is compared: IPv4-mapped, IPv4-compatible, NAT64, 6to4, Teredo and ISATAP
 * addresses become the IPv4 address that packets to them would reach. Undefined for text that is no IP address.
 */
export function canonicalAddress(text: string): string | undefined {
  // On the path of every request of a TURN client.
  if (PLAIN_IPV4.test(text)) return text;
  if (!ipaddr.isValid(text)) return undefined;
  const parsed = ipaddr.parse(text);
  if (parsed.kind() === "ipv4") return ipaddr.IPv4.isValidFourPartDecimal(text) ? parsed.toString() : undefined;
  const bytes = parsed.toByteArray();
  return embeddedIpv4(bytes) ?? (parsed as ipaddr.IPv6).toRFC5952String();
}

/**
 * The key under which a stranger's doings are counted: an IPv4 address whatever its clothing, and of an IPv6 address the
 * /64, all of which one client has.
 */
export function sourceNetwork(text: string): string {
  const address = canonicalAddress(text) ?? text;
  if (!ipaddr.IPv6.isValid(address)) return address;
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, 4);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}

/** True if `address` (canonical) lies in one of the prefixes ("10.0.0.0/8"). Families never match each other. */
export function inPrefixes(address: string, prefixes: readonly Prefix[]): boolean {
  const parsed = ipaddr.parse(address);
  return prefixes.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
}

export type Prefix = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Reads "10.0.0.0/8" or a lone address. Undefined if it is neither; "10.0.0" is neither, though inet_aton(3) takes it. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address = ""] = text.split("/");
  if (!address.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(address)) return undefined;
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const lone = ipaddr.parse(text);
    return [lone, lone.kind() === "ipv4" ? 32 : 128];
  } catch {
    return undefined;
  }
}

/** IPv4 addresses that hide in an IPv6 one (RFC 4291 2.5.5, 6052, 3056, 4380, 5214). */
function embeddedIpv4(b: readonly number[]): string | undefined {
  const v4 = (at: number, mask = 0) => [0, 1, 2, 3].map((i) => b[at + i]! ^ mask).join(".");
  const zero = (from: number, to: number) => b.slice(from, to).every((x) => x === 0);
  if (zero(0, 10) && b[10] === 0xff && b[11] === 0xff) return v4(12);
  if (zero(0, 12) && !zero(12, 15)) return v4(12);
  if (b[0] === 0x00 && b[1] === 0x64 && b[2] === 0xff && b[3] === 0x9b && (zero(4, 12) || (b[4] === 0 && b[5] === 1)))
    return v4(12);
  if (b[0] === 0x20 && b[1] === 0x02) return v4(2);
  if (b[0] === 0x20 && b[1] === 0x01 && b[2] === 0 && b[3] === 0) return v4(12, 0xff);
  if ((b[8]! & 0xfc) === 0 && b[9] === 0 && b[10] === 0x5e && b[11] === 0xfe) return v4(12);
  return undefined;
}
