import assert from "node:assert/strict";
import { test } from "node:test";
import type { CoreTunnelRow, TurnStatus } from "./answers.ts";
import { domainState, edgeState, joinHostState, together, tunnelOrder, turnState } from "./pair.ts";

test("a line is good if all of it is up, bad if none is, and a warning between", () => {
  assert.equal(edgeState({ active: 2, connections: 2 }), "good");
  assert.equal(edgeState({ active: 1, connections: 2 }), "waiting");
  assert.equal(edgeState({ active: 0, connections: 2 }), "bad");
  assert.equal(edgeState({ active: 0, connections: 0 }), "bad");
});

test("a join host on the edge is as a request through its tunnel finds it", () => {
  const active = { state: "active", since: 0, rttMs: 3, skewMs: 0 } as const;
  assert.equal(domainState({ connections: 0, endToEnd: active }), "bad");
  assert.equal(domainState({ connections: 1, endToEnd: { state: "unknown" } }), "waiting");
  assert.equal(domainState({ connections: 1, endToEnd: active }), "good");
  assert.equal(domainState({ connections: 1, endToEnd: { state: "failed", since: 0, code: "X", why: "x" } }), "bad");
});

test("a join host whose proxy is off is neither good nor bad", () => {
  assert.equal(joinHostState({ enabled: false, active: 0, targets: 0 }), "off");
  assert.equal(joinHostState({ enabled: true, active: 1, targets: 1 }), "good");
});

test("several lines together: none at all is bad, those that are off do not count", () => {
  assert.equal(together([]), "bad");
  assert.equal(together(["off"]), "off");
  assert.equal(together(["off", "good"]), "good");
  assert.equal(together(["good", "bad"]), "waiting");
  assert.equal(together(["bad", "bad"]), "bad");
});

test("TURN is good while it takes new clients: not without a free port, not while it drains, not while it is down", () => {
  const of = (state: "active" | "draining", free: number) =>
    turnState({ state, ports: [{ free }] } as unknown as TurnStatus);
  assert.equal(of("active", 1), "good");
  assert.equal(of("active", 0), "waiting");
  assert.equal(of("draining", 1), "waiting");
  assert.equal(turnState(undefined), "bad");
});

test("tunnels are listed by edge, address, domain and connection", () => {
  const row = (target: string, domain: string, connection: number) =>
    ({ target, domain, connection, address: "10.0.0.1" }) as CoreTunnelRow;
  const rows = [row("b", "x", 1), row("a", "y", 1), row("a", "x", 2), row("a", "x", 1)];
  assert.deepEqual(
    rows.sort(tunnelOrder).map(({ target, domain, connection }) => `${target}${domain}${connection}`),
    ["ax1", "ax2", "ay1", "bx1"],
  );
});
