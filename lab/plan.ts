/**
 * The networks of the lab as data: who stands where, with which addresses. Inside is 10.0.0.0/24 and the DMZ 10.0.1.0/24
 * and 10.0.2.0/24; everything public is a documentation prefix (RFC 5737), so that nothing here can name a real host.
 */
export const GUEST_NETWORKS = ["home", "symmetric", "udp-3478", "tcp-only"] as const;
export type GuestNetwork = (typeof GUEST_NETWORKS)[number];

export type HostName =
  | "server"
  | "core"
  | "inside"
  | "lan"
  | "inner"
  | "edge"
  | "edge2"
  | "outer"
  | "internet"
  | GuestNetwork
  | `${GuestNetwork}-nat`;

/** What a lab has beyond the least. */
export interface Extent {
  /** A second edge, whose address the join host has as well. */
  readonly secondEdge?: boolean;
  /** The join host is `ADDRESS.balancer`, an address of the host "internet"; what answers there is the caller's business. */
  readonly balancer?: boolean;
}

export const JOIN_HOST = "join.example.com";
export const EDGE_HOST = "edge.example.com";
export const EDGE2_HOST = "edge2.example.com";

export const ADDRESS = {
  /** The LAN: meeting server, core, a participant, the DNS server of the inside zone, and the inner firewall. */
  server: "10.0.0.10",
  core: "10.0.0.20",
  inside: "10.0.0.30",
  insideDns: "10.0.0.53",
  innerLan: "10.0.0.1",
  /** Between the inner firewall and the edge's inner interface. */
  innerDmz: "10.0.1.1",
  edgeInner: "10.0.1.2",
  /** Between the edge's outer interface and the outer firewall. */
  edgeOuter: "10.0.2.2",
  outerDmz: "10.0.2.1",
  /** What the outer firewall maps one to one onto the edge's outer interface. */
  edgePublic: "203.0.113.10",
  /** The second edge of a cluster stands between the firewalls on two networks of its own. */
  innerDmz2: "10.0.3.1",
  edge2Inner: "10.0.3.2",
  edge2Outer: "10.0.4.2",
  outerDmz2: "10.0.4.1",
  edge2Public: "203.0.113.11",
  /** Somebody's TCP balancer on the Internet, where `LabOptions.balancer` asks for one. */
  balancer: "203.0.113.20",
  outerWan: "198.51.100.2",
  internetOuter: "198.51.100.1",
  publicDns: "192.0.2.53",
} as const;

/**
 * The prefixes in which the "public" addresses of others than the edge lie; no TURN server reaches them unless it is told
 * to. The edge's own, 203.0.113.10, is left out: there only relays are to be reached.
 */
export const PEER_PREFIXES = ["192.0.2.0/24", "198.51.100.0/24"] as const;

export interface GuestPlan {
  readonly guest: string;
  readonly gateway: string;
  /** The address that the rest of the world sees. */
  readonly wan: string;
  readonly upstream: string;
  /** What the network's own firewall lets out, as nftables matches; everything if undefined. */
  readonly letsOut: readonly string[] | undefined;
  /** A new random port for each flow, so that a mapping learnt with one peer is of no use with another. */
  readonly randomPorts: boolean;
  readonly about: string;
}

export const GUESTS: Readonly<Record<GuestNetwork, GuestPlan>> = {
  home: guest(1, "home NAT: keeps the port, lets everything out", undefined, false),
  symmetric: guest(2, "symmetric NAT: a new port for each peer", undefined, true),
  "udp-3478": guest(
    3,
    "symmetric NAT, only TCP 80, 443 and UDP 3478 leave",
    ["tcp dport { 80, 443 }", "udp dport 3478"],
    true,
  ),
  "tcp-only": guest(4, "only TCP 443 leaves", ["tcp dport 443"], false),
};

function guest(n: number, about: string, letsOut: readonly string[] | undefined, randomPorts: boolean): GuestPlan {
  return {
    guest: `192.168.${n}.2`,
    gateway: `192.168.${n}.1`,
    wan: `198.51.100.${4 * n + 2}`,
    upstream: `198.51.100.${4 * n + 1}`,
    letsOut,
    randomPorts,
    about,
  };
}

export const hostsOf = ({ secondEdge }: Extent): readonly HostName[] => [
  ...(secondEdge ? (["edge2"] as const) : []),
  "server",
  "core",
  "inside",
  "lan",
  "inner",
  "edge",
  "outer",
  "internet",
  ...GUEST_NETWORKS.flatMap((network) => [network, `${network}-nat` as const]),
];

/** These forward packets; the edge has two interfaces and forwards none. */
export const ROUTERS: readonly HostName[] = [
  "inner",
  "outer",
  "internet",
  ...GUEST_NETWORKS.map((network) => `${network}-nat` as const),
];

/** One end of a link: an interface of a host, with its address in CIDR form unless it is a port of the LAN's switch. */
export interface LinkEnd {
  readonly host: HostName;
  readonly device: string;
  readonly address?: string;
}

export type Link = readonly [LinkEnd, LinkEnd];

const lanPort = (host: HostName, device: string, address: string): Link => [
  { host, device, address: `${address}/24` },
  { host: "lan", device: host },
];

export const linksOf = ({ secondEdge }: Extent): readonly Link[] => [...LINKS, ...(secondEdge ? SECOND_EDGE : [])];

const SECOND_EDGE: readonly Link[] = [
  [
    { host: "inner", device: "dmz2", address: `${ADDRESS.innerDmz2}/24` },
    { host: "edge2", device: "inner", address: `${ADDRESS.edge2Inner}/24` },
  ],
  [
    { host: "edge2", device: "outer", address: `${ADDRESS.edge2Outer}/24` },
    { host: "outer", device: "dmz2", address: `${ADDRESS.outerDmz2}/24` },
  ],
];

const LINKS: readonly Link[] = [
  lanPort("server", "eth0", ADDRESS.server),
  lanPort("core", "eth0", ADDRESS.core),
  lanPort("inside", "eth0", ADDRESS.inside),
  lanPort("inner", "lan", ADDRESS.innerLan),
  [
    { host: "inner", device: "dmz", address: `${ADDRESS.innerDmz}/24` },
    { host: "edge", device: "inner", address: `${ADDRESS.edgeInner}/24` },
  ],
  [
    { host: "edge", device: "outer", address: `${ADDRESS.edgeOuter}/24` },
    { host: "outer", device: "dmz", address: `${ADDRESS.outerDmz}/24` },
  ],
  [
    { host: "outer", device: "wan", address: `${ADDRESS.outerWan}/30` },
    { host: "internet", device: "outer", address: `${ADDRESS.internetOuter}/30` },
  ],
  ...GUEST_NETWORKS.map(
    (network): Link => [
      { host: `${network}-nat`, device: "wan", address: `${GUESTS[network].wan}/30` },
      { host: "internet", device: network, address: `${GUESTS[network].upstream}/30` },
    ],
  ),
];

/** The guest's own line to its NAT; the one that may be made longer. */
export function accessLink(network: GuestNetwork): Link {
  return [
    { host: network, device: "eth0", address: `${GUESTS[network].guest}/24` },
    { host: `${network}-nat`, device: "lan", address: `${GUESTS[network].gateway}/24` },
  ];
}

/** Arguments of `ip route add`, by host. There is no route out of the lab: the Internet knows only what is listed here. */
export function routesOf(host: HostName): readonly string[] {
  if (host === "server" || host === "core" || host === "inside" || host === "lan")
    return [`default via ${ADDRESS.innerLan}`];
  // Wherever the inside sends something, the inner firewall gets to see, drop and count it.
  if (host === "inner") return [`default via ${ADDRESS.edgeInner}`];
  if (host === "edge") return edgeRoutes(ADDRESS.innerDmz, ADDRESS.outerDmz, "10.0.3.0/24");
  if (host === "edge2") return edgeRoutes(ADDRESS.innerDmz2, ADDRESS.outerDmz2, "10.0.1.0/24");
  if (host === "outer") return [`default via ${ADDRESS.internetOuter}`];
  if (host === "internet") return [`${ADDRESS.edgePublic}/31 via ${ADDRESS.outerWan}`];
  const network = host.replace(/-nat$/, "") as GuestNetwork;
  return [`default via ${host === network ? GUESTS[network].gateway : GUESTS[network].upstream}`];
}

/** An edge reaches the inside, and the other edge, by its inner interface. */
function edgeRoutes(inner: string, outer: string, otherEdge: string): readonly string[] {
  return [`10.0.0.0/24 via ${inner}`, `${otherEdge} via ${inner}`, `default via ${outer}`];
}

/** The DNS server in each host's resolv.conf; undefined where nobody asks. */
export function resolverOf(host: HostName): string | undefined {
  if (host === "server" || host === "core" || host === "inside") return ADDRESS.insideDns;
  if (host === "edge" || host === "edge2" || host === "internet") return ADDRESS.publicDns;
  const network = GUEST_NETWORKS.find((name) => name === host);
  return network && GUESTS[network].gateway;
}

/** IPv4 addresses by name; services as "0 5 443 wb.example.com" by names such as "_cms-web._tls.join.example.com". */
export type Zone = Readonly<Record<string, string | readonly string[]>>;

/** The two views of the one zone: outside, the join host is the edges; inside, it is the Web Bridge. */
export function zonesOf({ secondEdge, balancer }: Extent): Readonly<Record<"public" | "inside", Zone>> {
  const edges = secondEdge ? [ADDRESS.edgePublic, ADDRESS.edge2Public] : [ADDRESS.edgePublic];
  const second: Zone = secondEdge ? { [EDGE2_HOST]: ADDRESS.edge2Public } : {};
  const secondInside: Zone = secondEdge ? { [EDGE2_HOST]: ADDRESS.edge2Inner } : {};
  return {
    public: { [JOIN_HOST]: balancer ? ADDRESS.balancer : edges, [EDGE_HOST]: ADDRESS.edgePublic, ...second },
    inside: { [JOIN_HOST]: ADDRESS.server, [EDGE_HOST]: ADDRESS.edgeInner, ...secondInside },
  };
}
