import { memoryLog, Scope, type TransportAddress } from "#base";
import { attribute, attributes, longTermKey, longTermKeySha256 } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { startTurnServer, type TurnRole, type TurnServerOptions, type TurnUser } from "./index.ts";
import type { TurnLimits } from "./options.ts";
import { RawClient } from "./raw-client.ts";
import type { TurnServerParts } from "./server.ts";

export const SECRET = "test-secret";
export const ANNA = { username: "anna", password: "anna-password" };
export const BRIDGE = { username: "bridge1", password: "bridge-password" };
export const ADVERTISED = "203.0.113.10";
export const UDP = attribute(attributes.requestedTransport, 17);
export const REALM = "turnpike";

export const userOf = (account: typeof ANNA, role: TurnRole, realm = REALM): TurnUser => ({
  username: account.username,
  role,
  md5: longTermKey(account.username, realm, account.password).toString("hex"),
  sha256: longTermKeySha256(account.username, realm, account.password).toString("hex"),
});

export const LIMITS: TurnLimits = {
  allocationsPerUser: 3,
  allocationsPerAddress: 100,
  allocations: 10,
  permissions: 1024,
  channels: 4096,
  newPeersPerSecond: 5,
  packetsPerSecond: 10_000,
  bitsPerSecond: 100_000_000,
  connectionsPerAddress: 256,
  connections: 4096,
};

export function relayOptions(more: Partial<TurnServerOptions["relay"]> = {}): TurnServerOptions["relay"] {
  const first = 20_000 + Math.floor(Math.random() * 40_000);
  return {
    ipv4: { address: "127.0.0.1", advertised: ADVERTISED },
    ipv6: { address: "::1", advertised: "2001:db8::10" },
    ports: { first, last: first + 199 },
    defaultFamily: "ipv4",
    ...more,
  };
}

/** Two users, two secrets, relays of both families, and a bridge that may reach loopback. */
export function testOptions(overrides: Partial<TurnServerOptions> = {}): TurnServerOptions {
  return {
    listen: [{ address: "127.0.0.1", port: 0, transports: ["udp", "tcp"] }],
    relay: relayOptions(),
    realm: REALM,
    wrongPasswordCode: 401,
    sharedSecrets: ["older-secret", SECRET],
    users: [userOf(ANNA, "guest"), userOf(BRIDGE, "bridge")],
    defaultRole: "guest",
    allowPeers: { guest: [], bridge: ["127.0.0.0/8", "::1"] },
    neverPeers: [],
    unauthenticatedBinding: false,
    tcpAllocations: false,
    mobility: false,
    cluster: [],
    limits: LIMITS,
    ...overrides,
  };
}

/** For tests: a server on loopback, and clients for it. */
export async function world(overrides: Partial<TurnServerOptions> = {}, clock?: TurnServerParts["clock"]) {
  const scope = new Scope();
  const options = testOptions(overrides);
  const log = memoryLog();
  const server = await startTurnServer(options, scope, log, clock ? { clock } : {}).catch(async (error) => {
    await scope.close();
    throw error;
  });
  const at = server.listening[0]!;
  return {
    options,
    server,
    at,
    scope,
    lines: log.lines,
    udp: (from?: string) => RawClient.udp(scope, at, from),
    tcp: () => RawClient.tcp(scope, at),
    /** Where several listeners are, or one on all addresses. */
    udpTo: (where: TransportAddress) => RawClient.udp(scope, where),
    tcpTo: (where: TransportAddress) => RawClient.tcp(scope, where),
    /** Somebody who sends to that relay, from the address where relays are bound. */
    peerOf: ({ address, port }: TransportAddress, from?: string) =>
      RawClient.udp(scope, { address: address.includes(":") ? "::1" : "127.0.0.1", port }, from),
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

export const guest = (id: string, seconds = 60) =>
  shortTermCredentials(SECRET, "guest", id, Date.now() + seconds * 1000);
export const bridge = (id: string) => shortTermCredentials(SECRET, "bridge", id, Date.now() + 60_000);
export const peerAddress = (address: string, port = 0) => attribute(attributes.xorPeerAddress, { address, port });
export const lifetime = (seconds: number) => attribute(attributes.lifetime, seconds);
export const family = (number: number) => attribute(attributes.requestedAddressFamily, number);
export const channelTo = (number: number, { address, port }: TransportAddress) => [
  attribute(attributes.channelNumber, number),
  peerAddress(address, port),
];
