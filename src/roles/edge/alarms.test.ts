import assert from "node:assert/strict";
import { test } from "node:test";
import { TurnpikeError } from "#base";
import type { TurnStatus } from "#turn";
import { type EdgeCondition, edgeAlarms } from "./alarms.ts";

const turn = { ports: [{ family: "ipv4", used: 10, free: 90, quarantined: 0, reserved: 0 }] } as unknown as TurnStatus;
const joinHost = {
  host: "join.example.com",
  named: true,
  connections: 2,
  endToEnd: { state: "active", since: 0, rttMs: 3, skewMs: 400 },
} as const;
const WELL: EdgeCondition = {
  joinHosts: [joinHost],
  sharedIdentities: [],
  turn,
  addresses: [],
  certificates: [],
  diagnostics: { state: "none" },
};

const raised = (change: Partial<EdgeCondition>) =>
  [...edgeAlarms({ ...WELL, ...change })].map(({ type, subject }) => `${type} ${subject?.id ?? ""}`.trim());
const host = (change: object) => ({ joinHosts: [{ ...joinHost, ...change }] });

test("an edge that is well has no alarm", () => assert.deepEqual(raised({}), []));

for (const [what, change, expected] of [
  ["no tunnel carries a join host", host({ connections: 0 }), "joinHostUnreachable join.example.com"],
  [
    "a request through the tunnel fails",
    host({ endToEnd: { state: "failed", since: 0, code: "CORE_WEB_BRIDGE_UNREACHABLE", why: "502" } }),
    "joinHostUnreachable join.example.com",
  ],
  ["the certificate lacks the name", host({ named: false }), "certificateNameMissing join.example.com"],
  [
    "the clocks differ",
    host({ endToEnd: { state: "active", since: 0, rttMs: 3, skewMs: -600_000 } }),
    "clockSkew join.example.com",
  ],
  ["a key is held twice", { sharedIdentities: [{ fingerprint: "F", peers: ["a", "b"] }] }, "sharedTunnelIdentity F"],
  ["the TURN worker is gone", { turn: undefined }, "turnWorkerLost"],
  [
    "relay ports run out",
    { turn: { ports: [{ family: "ipv4", used: 85, free: 0, quarantined: 8, reserved: 7 }] } as unknown as TurnStatus },
    "relayPortsShort ipv4",
  ],
  [
    "guests are told a private relay address",
    { addresses: [new TurnpikeError("TURN_RELAY_PRIVATE", { kind: "config", text: "private", remedy: "set it" })] },
    "relayAddressWrong TURN_RELAY_PRIVATE",
  ],
] as const)
  test(`${what}: one alarm says it`, () => assert.deepEqual(raised(change), [expected]));

test("relay ports that only rest after use are no shortage", () => {
  const ports = [{ family: "ipv4", used: 10, free: 0, quarantined: 90, reserved: 0 }];
  assert.deepEqual(raised({ turn: { ports } as unknown as TurnStatus }), []);
});

test("each alarm has words and a remedy, and keeps its words from one look to the next", () => {
  const condition: EdgeCondition = { ...WELL, joinHosts: [{ ...joinHost, connections: 0, named: false }] };
  const [first, second] = [[...edgeAlarms(condition)], [...edgeAlarms(condition)]];
  assert.deepEqual(first, second);
  for (const { text, remedy } of first) assert.ok(text.length > 10 && remedy.length > 10);
});
