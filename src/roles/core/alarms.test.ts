import assert from "node:assert/strict";
import { test } from "node:test";
import type { JoinHostRow } from "#proxy";
import type { TunnelRow } from "#tunnel";
import { type CoreCondition, coreAlarms } from "./alarms.ts";

const row = (connection: number, change: object = {}) =>
  ({
    ...{ target: "edge.example.com:2222", address: "10.0.1.2:2222", domain: "join.example.com", connection },
    ...{ draining: false, bytesIn: 0, bytesOut: 0, channels: 0, rttMs: 1, hostKey: "K", lastError: undefined },
    ...{ state: "active", since: 0, peer: "10.0.1.2:2222", via: "2222", whyNotDirect: undefined },
    ...change,
  }) as TunnelRow;
const failure = { code: "TUNNEL_UNREACHABLE", message: "edge cannot be reached", remedy: "look at the firewall" };
const down = { state: "failed", lastError: failure, nextTryAt: 1 };
const target = (address: string, change: object = {}) =>
  ({
    joinHost: "join.example.com",
    name: "wb",
    address,
    priority: 10,
    weight: 5,
    state: "active",
    since: 0,
    ...change,
  }) as JoinHostRow["targets"][number];
const broken = { state: "failed", since: 0, lastError: "connection refused", problem: "refused" };
const joinHost = (targets: JoinHostRow["targets"], change: object = {}) =>
  ({
    ...{ host: "join.example.com", enabled: true, whip: false, source: "srv", targets },
    lookup: { at: 0, nextAt: 1, error: undefined },
    ...change,
  }) as JoinHostRow;
const lookup = { at: 0, nextAt: 1, error: { code: "DNS_TIMEOUT", message: "no answer", remedy: "look at DNS" } };

const WELL: CoreCondition = {
  tunnels: [row(1), row(2)],
  joinHosts: [joinHost([target("a:443"), target("b:443")])],
  certificates: [],
  diagnostics: { state: "none" },
};
const raised = (change: Partial<CoreCondition>) =>
  [...coreAlarms({ ...WELL, ...change })].map(({ type, subject }) => `${type} ${subject?.id}`);
const EDGE = "edge.example.com:2222 (10.0.1.2:2222)";

test("a core that is well has no alarm, and one that has just started neither", () => {
  assert.deepEqual(raised({}), []);
  const connecting = { state: "connecting", lastError: undefined };
  assert.deepEqual(raised({ tunnels: [row(1, connecting), row(2, connecting)] }), []);
});

for (const [what, change, expected] of [
  ["no connection to an edge works", { tunnels: [row(1, down), row(2, down)] }, `tunnelDown ${EDGE}`],
  [
    "an edge that is away is being dialled again",
    {
      tunnels: [
        row(1, { state: "connecting", lastError: failure }),
        row(2, { state: "connecting", lastError: undefined }),
      ],
    },
    `tunnelDown ${EDGE}`,
  ],
  ["one of two connections has failed", { tunnels: [row(1), row(2, down)] }, `tunnelDegraded ${EDGE}`],
  [
    "the tunnel runs over 443",
    { tunnels: [row(1, { via: "443", whyNotDirect: failure }), row(2, { via: "443", whyNotDirect: failure })] },
    `tunnelOver443 ${EDGE}`,
  ],
  [
    "one of two Web Bridges has failed",
    { joinHosts: [joinHost([target("a:443"), target("b:443", broken)])] },
    "webBridgeTargetFailed join.example.com b:443",
  ],
  [
    "no Web Bridge works",
    { joinHosts: [joinHost([target("a:443", broken), target("b:443", broken)])] },
    "joinHostUnreachable join.example.com",
  ],
  ["the name has no address", { joinHosts: [joinHost([], { lookup })] }, "joinHostUnreachable join.example.com"],
  [
    "the look-up fails, and the last answer holds",
    { joinHosts: [joinHost([target("a:443")], { lookup })] },
    "joinHostLookupFailed join.example.com",
  ],
] as const)
  test(`${what}: one alarm says it`, () => assert.deepEqual(raised(change), [expected]));

test("a join host that is switched off, and a connection that is no longer configured, are no fault", () => {
  assert.deepEqual(raised({ joinHosts: [joinHost([target("a:443", broken)], { enabled: false })] }), []);
  assert.deepEqual(raised({ tunnels: [row(1), row(2), row(3, { ...down, draining: true })] }), []);
});
