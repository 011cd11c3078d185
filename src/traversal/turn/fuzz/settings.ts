import type { TurnLimits, TurnServerOptions } from "../options.ts";
import { LIMITS, relayOptions, testOptions } from "../test-world.ts";

export const FIRST_PORT = 40_000;
/** Few, so that they run out. */
const LAST_PORT = 40_011;
export const PORTS = LAST_PORT - FIRST_PORT + 1;

const SMALL: TurnLimits = {
  ...LIMITS,
  allocationsPerUser: 3,
  allocationsPerAddress: 4,
  allocations: 6,
  permissions: 6,
  channels: 5,
  newPeersPerSecond: 5,
};
const LIMIT_SETS: readonly TurnLimits[] = [
  SMALL,
  { ...SMALL, allocations: 20, allocationsPerUser: 20, allocationsPerAddress: 20 },
  { ...SMALL, newPeersPerSecond: 1, permissions: 20, channels: 20 },
  { ...SMALL, allocations: 2, allocationsPerUser: 1, permissions: 2, channels: 1 },
];
const FAMILIES = ["ipv4", "listener", "dual", "ipv4"] as const;

/** A configuration from two bytes of an input; each bit changes one thing. */
export function settings(bytes: Buffer): TurnServerOptions {
  const [first = 0, second = 0] = bytes;
  const on = (byte: number, bit: number) => (byte & (1 << bit)) !== 0;
  const base = testOptions();
  return {
    ...base,
    relay: relayOptions({
      ports: { first: FIRST_PORT, last: LAST_PORT },
      defaultFamily: FAMILIES[(second >> 4) & 3]!,
      ...(on(second, 6) ? { ipv6: undefined } : {}),
    }),
    mobility: !on(first, 0),
    tcpAllocations: !on(first, 1),
    unauthenticatedBinding: on(first, 2),
    wrongPasswordCode: on(first, 3) ? 431 : 401,
    defaultRole: on(first, 4) ? "bridge" : "guest",
    allowPeers: {
      guest: on(first, 5) ? ["198.18.0.0/15"] : [],
      bridge: on(first, 6) ? [] : base.allowPeers.bridge,
    },
    neverPeers: on(first, 7)
      ? [
          { address: "8.8.8.8", port: 53 },
          { address: "0.0.0.0", port: FIRST_PORT + 3 },
        ]
      : [],
    limits: LIMIT_SETS[second & 3]!,
    users: on(second, 2) ? [] : base.users,
    sharedSecrets: on(second, 3) ? base.sharedSecrets.slice(1) : base.sharedSecrets,
  };
}

/** What cannot change while the server runs stays as it was. */
export function changedSettings(bytes: Buffer, { relay, listen, realm }: TurnServerOptions): TurnServerOptions {
  return { ...settings(bytes), relay, listen, realm };
}
