import type {
  AllocationStatus,
  EdgeOverview,
  EdgeTunnels,
  PeerVerdict,
  ProtectionAnswer,
  RelayRow,
  TurnStatus,
  WebView,
} from "../model/answers.ts";
import { EDGE_EDITABLE } from "./made-up-editable.ts";
import type { Answers } from "./made-up-role.ts";
import type { World } from "./made-up-server.ts";
import { ALARMS, recentLines } from "./made-up-status.ts";

export const EDGE_ANSWERS: Answers = {
  "/api/overview": overviewIn,
  "/api/web": webIn,
  "/api/tunnels": tunnelsIn,
  "/api/turn/status": turnIn,
  "/api/turn/relays": relaysIn,
  "/api/turn/relays/7": relayIn,
  "/api/turn/why": whyIn,
  "/api/protection": protectionIn,
  "/api/config": () => ({
    ...{ file: "/etc/turnpike/edge.yaml", revision: "r1", needRestart: ["turn.tcp443"] },
    editable: EDGE_EDITABLE,
    written: {
      joinHosts: ["join.example.com", "meet.example.com"],
      turn: {
        ...{ listen: ["203.0.113.10:3478", "10.0.9.5:3478"], sharedSecretFile: "secrets/turn" },
        relay: { address: "192.0.2.5", advertised: "203.0.113.10" },
      },
      web: { listen: "203.0.113.10:443", redirectListen: "203.0.113.10:80" },
    },
    holds: {
      turn: {
        ...{ tcp443: true, udp443: false, mobility: false, profile: "expressway", realm: "TANDBERG", tlsListen: [] },
        ...{
          limits: { allocations: 1800, allocationsPerUser: 12, allocationsPerAddress: 256, bitsPerSecond: 100_000_000 },
        },
        ...{ sharedSecretFile: "/etc/turnpike/secrets/turn", relay: { ports: { first: 24_000, last: 29_999 } } },
      },
      web: {
        proxyProtocol: { from: [] },
        limits: {
          ...{ headerBytes: 65_536, headerCount: 100, bodyBytes: 1_048_576, headersMs: 10_000, requestMs: 60_000 },
          ...{ bodyBytesPerSecond: 500, stallMs: 20_000, idleMs: 120_000, webSocketFrameBytes: 1_048_576 },
          ...{ webSocketIdleMs: 60_000, connections: 20_000, connectionsPerSource: 600, newConnectionsPerSecond: 100 },
          ...{ newConnectionsBurst: 200, handshakesPerSecond: 100, handshakesAtOnce: 100, requestsPerSecond: 200 },
          requestsBurst: 400,
        },
      },
      protection: {
        ...{ mode: "block", exempt: ["10.0.0.0/8"], threshold: 100, firstBlockSeconds: 60, lastBlockSeconds: 3600 },
      },
      ...{ name: "edge-1", admin: { listen: { address: "10.0.9.5", port: 8445 }, idleTimeoutMinutes: 30 } },
    },
  }),
};

function turnIn(world: World): TurnStatus {
  const idle = world === "empty";
  return {
    ...{ state: world === "broken" ? "draining" : "active", startedAt: Date.now() - 273_600_000, realm: "TANDBERG" },
    listening: [
      { address: "203.0.113.10", port: 3478, transport: "udp" },
      { address: "203.0.113.10", port: 443, transport: "web" },
      { address: "10.0.9.5", port: 3478, transport: "udp" },
    ],
    ...{ allocations: idle ? 0 : 21, relays: idle ? 0 : 24, connections: 3 },
    allocationsByTransport: { udp: 18, tcp: 1, tls: 2 },
    allocationsByRole: { guest: idle ? 0 : 19, bridge: idle ? 0 : 2 },
    ports: [{ family: "ipv4", used: 24, free: 5974, quarantined: 2, reserved: 0 }],
    ...{ requests: {}, responses: {}, silent: {}, refusedPeers: {}, traffic: traffic() },
    plane: {
      ...{ kind: "native", threads: 2, why: "the native addon is built", droppedUpwards: 0, fallbacks: {} },
      ...{ runs: { sends: 91_004, packets: 812_400 }, merged: { reads: 14_010, packets: 98_006 } },
    },
    cluster: [
      {
        server: { address: "203.0.113.20", port: 3478 },
        state: "reachable",
        load: { allocations: 12, capacity: 1800 },
      },
    ],
  };
}

function traffic() {
  const sentBytes = Math.floor(Date.now() * 1.4) % 1e12;
  return {
    ...{ sentPackets: 1_820_112, sentBytes, receivedPackets: 902_113, receivedBytes: 612_000_000 },
    ...{ hairpinPackets: 400_120, refusedPackets: 12, droppedPackets: 3, limitedPackets: 0 },
  };
}

function webIn(world: World): WebView {
  const now = Date.now();
  const active = { state: "active", since: now - 9_000_000, rttMs: 8.4, skewMs: 0 } as const;
  const failed = {
    ...{ state: "failed" as const, since: now - 90_000, code: "PROXY_NO_TARGET" },
    why: "the core found no Web Bridge that answers",
  };
  return {
    ...{ listening: "203.0.113.10:443", redirect: "203.0.113.10:80", refused: 31, refusedByCode: {} },
    requests: 40_210 + (Math.floor(now / 130) % 100_000),
    ...{ connections: 61, webSockets: Math.round(28 + 6 * Math.sin(now / 9000)), badProxyHeaders: 0 },
    joinHosts: [
      { host: "join.example.com", named: true, connections: 4, endToEnd: world === "broken" ? failed : active },
      {
        ...{ host: "meet.example.com", named: world !== "broken", connections: world === "broken" ? 0 : 4 },
        endToEnd: world === "broken" ? { state: "unknown" } : active,
      },
    ],
  };
}

function overviewIn(world: World): EdgeOverview {
  const now = Date.now();
  const isBroken = world === "broken";
  return {
    ...{ now, name: "edge-1", version: "0.1.0", startedAt: now - 273_600_000 },
    alarms: isBroken ? ALARMS.map((alarm, i) => ({ ...alarm, raisedAt: now - (i + 1) * 1_400_000 })) : [],
    recent: world === "empty" ? [] : recentLines(now),
    web: webIn(world),
    tunnels: { connections: world === "empty" ? 0 : 4, cores: world === "empty" ? 0 : 2, domains: [] },
    turn: turnIn(world),
    blocked: isBroken ? 2 : 0,
  };
}

function tunnelsIn(world: World): EdgeTunnels {
  const now = Date.now();
  const identity = "SHA256:7cYqkT9m3n1Rk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sAbc";
  const connection = (n: number) => ({
    ...{ peer: `10.0.4.${n}:5012${n}`, fingerprint: identity, comment: `core-${n}`, software: "Turnpike 0.1.0" },
    ...{ via: n === 3 ? ("443" as const) : ("2222" as const), since: now - n * 812_000, rttMs: 0.7 * n },
    ...{ domains: ["join.example.com", "meet.example.com"], bytesIn: 41e6, bytesOut: 812e6, channels: n * 3 },
  });
  return {
    ...{ now, listening: "10.0.9.5:2222", hostKey: "SHA256:uP1gkq0bq3k5aRk6cWbG1T8yHfQ2mX0n7Jw4z9vE2sA" },
    domains:
      world === "empty"
        ? []
        : [
            { domain: "join.example.com", connections: 4 },
            { domain: "meet.example.com", connections: world === "broken" ? 0 : 4 },
          ],
    connections: world === "empty" ? [] : [1, 2, 3].map(connection),
    sharedIdentities:
      world === "broken" ? [{ fingerprint: identity, peers: ["10.0.4.1", "10.0.4.9"], since: now - 620_000 }] : [],
  };
}

function relaysIn(world: World): readonly RelayRow[] {
  if (world === "empty") return [];
  const now = Date.now();
  return Array.from({ length: 12 }, (_, i) => ({
    ...{ id: i + 1, client: i === 3 ? "[2001:db8:1:2:3:4:5:6]:61002" : `198.51.100.${20 + i}:5${i}123` },
    mediaDestinations: Array.from({ length: (i % 5) + 1 }, (_, n) => `203.0.113.10:${24_010 + n}`),
    ...{ protocol: (["udp", "tls", "tcp"] as const)[i % 3]!, relays: [`203.0.113.10:${24_100 + i}`] },
    ...{ role: i < 2 ? ("bridge" as const) : ("guest" as const), user: "guest", createdAt: now, expiresAt: now },
  }));
}

function relayIn(): AllocationStatus {
  const now = Date.now();
  const peer = { address: "203.0.113.10", port: 24_012 };
  return {
    ...{ id: 7, client: { address: "198.51.100.26", port: 56_123 }, transport: "udp", role: "guest" },
    ...{ user: "1764123456:guest:7f3a", relayTransport: "udp", relays: [{ address: "203.0.113.10", port: 24_106 }] },
    ...{ createdAt: now - 812_000, expiresAt: now + 412_000, idleS: 2 },
    permissions: [{ address: "203.0.113.10", expiresAt: now + 200_000 }],
    channels: [{ number: 0x4000, peer, expiresAt: now + 500_000 }],
    ...{
      requests: { allocate: 2, createPermission: 4, channelBind: 1, refresh: 1 },
      responses: { success: 7, 401: 1 },
    },
    counters: traffic(),
  };
}

function whyIn(): PeerVerdict {
  return {
    ...{ role: "guest", user: "anybody", peer: { address: "::ffff:10.0.0.5", port: 0 }, canonical: "10.0.0.5" },
    ...{ allowed: false, rule: "10.0.0.0/8 is private (RFC 1918), and no exception lets guests reach it" },
  };
}

function protectionIn(world: World): ProtectionAnswer {
  const now = Date.now();
  const blocked = [
    {
      source: "198.51.100.77",
      since: now - 40_000,
      until: now + 20_000,
      why: "malformed TLS",
      byHand: false,
      count: 1,
    },
    {
      source: "2001:db8:77:1::/64",
      since: now - 90_000,
      until: now + 830_000,
      why: "refused TURN credentials",
      byHand: false,
      count: 4,
    },
  ];
  const failures = { "tls-malformed": 41, "unknown-host": 12, "turn-credentials": 9, limit: 1204, smuggling: 0 };
  return {
    ...{ now, mode: world === "broken" ? "observe" : "block", exempt: ["10.0.0.0/8"] },
    blocked: world === "empty" ? [] : blocked,
    failures: world === "empty" ? {} : failures,
    refused: { blocked: 310, limited: 1204 },
    ...{ limits: {}, rules: { threshold: 100, firstBlockSeconds: 60, lastBlockSeconds: 3600 }, sources: 214 },
  };
}
