import type { RelayRow } from "#edge";
import { noTraffic as zero } from "#packet-plane";
import { type Look, plainPaint } from "#terminal";
import type { AllocationStatus, TurnStatus } from "#turn";

/** Made-up data of several sizes, for the tests of the texts. */

export const NOW = 1_760_000_000_000;

export const look = (width = 80): Look => ({ paint: plainPaint, width, now: NOW });

export const noTraffic: TurnStatus["traffic"] = zero();

export const idle: TurnStatus = {
  state: "active",
  startedAt: NOW - 200_000,
  realm: "turnpike",
  listening: [
    { address: "192.0.2.10", port: 3478, transport: "udp" },
    { address: "192.0.2.10", port: 3478, transport: "tcp" },
  ],
  allocations: 0,
  allocationsByTransport: { udp: 0, tcp: 0, tls: 0 },
  allocationsByRole: { guest: 0, bridge: 0 },
  relays: 0,
  ports: [{ family: "ipv4", used: 0, free: 6000, quarantined: 0, reserved: 0 }],
  connections: 0,
  requests: {},
  responses: {},
  silent: {},
  refusedPeers: {},
  traffic: noTraffic,
  plane: {
    kind: "typescript",
    threads: 1,
    droppedUpwards: 0,
    runs: { sends: 0, packets: 0 },
    merged: { reads: 0, packets: 0 },
    fallbacks: {},
    why: "turn.plane says so",
  },
  cluster: [],
};

export const busy: TurnStatus = {
  ...idle,
  state: "draining",
  startedAt: NOW - 3 * 86_400_000 - 4 * 3_600_000,
  listening: [
    ...idle.listening,
    { address: "192.0.2.10", port: 5349, transport: "tls" },
    { address: "192.0.2.10", port: 443, transport: "web" },
    { address: "2001:db8:1234:5678:9abc:def0:1234:5678", port: 3478, transport: "udp" },
    { address: "2001:db8:1234:5678:9abc:def0:1234:5678", port: 3478, transport: "tcp" },
  ],
  allocations: 1740,
  allocationsByTransport: { udp: 1500, tcp: 40, tls: 200 },
  allocationsByRole: { guest: 1738, bridge: 2 },
  relays: 1802,
  ports: [
    { family: "ipv4", used: 1740, free: 58, quarantined: 4196, reserved: 6 },
    { family: "ipv6", used: 62, free: 5938, quarantined: 0, reserved: 0 },
  ],
  connections: 260,
  requests: {
    binding: 12,
    allocate: 4021,
    refresh: 31_877,
    createPermission: 120_450,
    channelBind: 98_112,
    connect: 3,
  },
  responses: { "401": 2034, success: 252_000, "438": 310, "403": 5, "486": 1 },
  silent: { junk: 41, "401 budget": 1200, "failed too often": 3 },
  refusedPeers: { "not a public address": 4, "a guest reaches only relays of bridges": 1 },
  traffic: {
    sentPackets: 912_345_678,
    sentBytes: 812_345_678_901,
    receivedPackets: 1_812_345_678,
    receivedBytes: 1_712_345_678_901,
    hairpinPackets: 300_000_001,
    refusedPackets: 77,
    droppedPackets: 1024,
    limitedPackets: 0,
  },
  plane: {
    kind: "native",
    threads: 2,
    droppedUpwards: 3,
    runs: { sends: 81_000_000, packets: 730_000_000 },
    merged: { reads: 9_000_000, packets: 61_000_000 },
    fallbacks: { EINVAL: 0, EIO: 12 },
    why: "the native addon is built",
  },
  cluster: [
    { server: { address: "192.0.2.11", port: 3478 }, state: "reachable", load: { allocations: 12, capacity: 1800 } },
    { server: { address: "2001:db8::12", port: 3478 }, state: "unreachable", load: undefined },
  ],
};

const LONG_V6 = "[2001:db8:1234:5678:9abc:def0:1234:5678]";

export function rows(many: number, family: "ipv4" | "ipv6" = "ipv4"): RelayRow[] {
  return Array.from({ length: many }, (_, i): RelayRow => {
    const bridge = i === 1;
    const at = (port: number) => (family === "ipv4" ? `192.0.2.10:${port}` : `${LONG_V6}:${port}`);
    const peers = bridge ? Array.from({ length: many - 1 }, (_, n) => at(24_100 + n)) : [at(24_001)];
    return {
      id: many - i,
      client: family === "ipv4" ? `203.0.113.${i + 1}:${50_000 + 37 * i}` : `${LONG_V6}:${50_000 + 37 * i}`,
      mediaDestinations: i === 2 ? [] : peers,
      protocol: (["udp", "tcp", "tls"] as const)[i % 3]!,
      relays: i === 3 ? [at(24_100 + i), `${LONG_V6}:24999`] : [at(24_100 + i)],
      role: bridge ? "bridge" : "guest",
      user: `1999999999:guest:${i}`,
      createdAt: NOW - 60_000,
      expiresAt: NOW + 540_000,
    };
  });
}

export const relay: AllocationStatus = {
  id: 12,
  client: { address: "2001:db8:1234:5678:9abc:def0:1234:5678", port: 54_321 },
  transport: "tls",
  role: "guest",
  user: "1999999999:guest:\u001b[31mann",
  relayTransport: "udp",
  relays: [
    { address: "192.0.2.10", port: 24_000 },
    { address: "2001:db8::10", port: 24_000 },
  ],
  createdAt: NOW - 3_725_000,
  expiresAt: NOW + 400_000,
  idleS: 75,
  permissions: [
    { address: "192.0.2.10", expiresAt: NOW + 290_000 },
    { address: "2001:db8::10", expiresAt: NOW + 60_000 },
  ],
  channels: [{ number: 0x4000, peer: { address: "192.0.2.10", port: 24_001 }, expiresAt: NOW + 590_000 }],
  requests: { allocate: 2, refresh: 7, createPermission: 15, channelBind: 7 },
  responses: { success: 29, "401": 1, "438": 1 },
  counters: { ...busy.traffic, sentPackets: 4096, sentBytes: 1_048_576, receivedPackets: 12, receivedBytes: 1536 },
};
