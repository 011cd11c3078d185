import { type Clock, memoryLog, Scope, systemClock } from "#base";
import { attribute, attributes } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { startTurnServer, type TurnServerOptions } from "./index.ts";
import { RawClient } from "./raw-client.ts";

export const SECRET = "test-secret";
export const ANNA = { username: "anna", password: "anna-password" };
export const BRIDGE = { username: "bridge1", password: "bridge-password" };
export const ADVERTISED = "203.0.113.10";
export const UDP = attribute(attributes.requestedTransport, 17);

/** For tests: a server on loopback with two users and two secrets, and clients for it. */
export async function world(overrides: Partial<TurnServerOptions> = {}, clock: Clock = systemClock) {
  const scope = new Scope();
  const first = 20_000 + Math.floor(Math.random() * 40_000);
  const options: TurnServerOptions = {
    listen: [{ address: "127.0.0.1", port: 0 }],
    relay: { address: "127.0.0.1", advertised: ADVERTISED, ports: { first, last: first + 199 } },
    realm: "turnpike",
    sharedSecrets: ["older-secret", SECRET],
    users: [
      { ...ANNA, role: "guest" },
      { ...BRIDGE, role: "bridge" },
    ],
    defaultRole: "guest",
    allowPeers: { guest: [], bridge: ["127.0.0.0/8"] },
    unauthenticatedBinding: false,
    maxAllocationsPerUser: 3,
    maxAllocations: 10,
    ...overrides,
  };
  const log = memoryLog();
  const server = await startTurnServer(options, scope, log, clock);
  const at = server.listening[0]!;
  return {
    server,
    at,
    scope,
    lines: log.lines,
    udp: (from?: string) => RawClient.udp(scope, at, from),
    tcp: () => RawClient.tcp(scope, at),
    [Symbol.asyncDispose]: () => scope.close(),
  };
}

export const guest = (id: string, seconds = 60) =>
  shortTermCredentials(SECRET, "guest", id, Date.now() + seconds * 1000);
export const bridge = (id: string) => shortTermCredentials(SECRET, "bridge", id, Date.now() + 60_000);
export const peerAddress = (address: string, port = 0) => attribute(attributes.xorPeerAddress, { address, port });
