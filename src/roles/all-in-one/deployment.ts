/** Where one edge stands. */
export interface EdgePlace {
  /** Address that the Internet sees. */
  readonly publicAddress: string;
  /** Address that the edge has towards the Internet: differs from the public one behind a static NAT. */
  readonly outerAddress: string;
  /** Address that the inside reaches it at. */
  readonly innerAddress: string;
}

/** What distinguishes one installation from another; the YAML files of all roles follow from it. */
export interface Deployment {
  /** Names (or, to try it out, addresses) under which browsers reach the meetings; the first one is used in links. */
  readonly joinHosts: readonly [string, ...string[]];
  /** Several are a cluster: each join host has the public address of each of them in DNS. */
  readonly edges: readonly [EdgePlace, ...EdgePlace[]];
  /** Peers beyond public unicast that a bridge's relay may reach, as prefixes. */
  readonly bridgePeers: readonly string[];
  /** Each has an identity of its own and dials every edge. */
  readonly coreAddresses: readonly [string, ...string[]];
  readonly meetingServerAddress: string;
  readonly ports: {
    readonly https: number;
    readonly redirect: number;
    readonly tunnel: number;
    readonly turn: number;
    readonly relays: string;
    readonly webBridge: number;
    readonly bridgeLink: number;
    readonly admin: number;
    readonly coreAdmin: number;
    readonly edgeAdmin: number;
  };
  /** All three roles listen on the machine's own addresses only. */
  readonly oneMachine: boolean;
}

/** The ports of the guide. */
export const STANDARD_PORTS: Deployment["ports"] = {
  https: 443,
  redirect: 80,
  tunnel: 2222,
  turn: 3478,
  relays: "24000-29999",
  webBridge: 443,
  bridgeLink: 9999,
  admin: 8445,
  coreAdmin: 7443,
  edgeAdmin: 9000,
};

/** The name of the n-th folder or key of a kind: "edge", "edge-2", "edge-3". The first keeps its name when others come. */
export function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}
