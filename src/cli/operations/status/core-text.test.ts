import assert from "node:assert/strict";
import { test } from "node:test";
import type { CoreTunnelRow, JoinHostView, TargetView } from "#core";
import { type Look, plainPaint } from "#terminal";
import { type CoreStatus, coreText } from "./core-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };
const HOST = "join.example.com";

const row: CoreTunnelRow = {
  ...{ target: "edge.example.com:2222", address: "192.0.2.1:2222", domain: HOST, connection: 1, status: "active" },
  ...{ since: NOW, draining: false, peer: "192.0.2.1:2222", via: "2222", whyNotDirect: undefined, hostKey: undefined },
  ...{ lastError: undefined, nextTryAt: undefined, rttMs: 1.25, bytesIn: 0, bytesOut: 0, channels: 0 },
};

const target: TargetView = {
  ...{ name: "wb", address: "10.0.0.5:443", status: "active", since: NOW, lastError: undefined, rttMs: 2 },
  ...{ nextProbeAt: undefined, priority: 0, weight: 0, requests: 0 },
};

const host: JoinHostView = {
  ...{ host: HOST, enabled: true, whip: false, automaticRules: true, source: "configured", target: undefined },
  ...{ trust: "system", trustFile: undefined, lookedUpAt: NOW, nextLookupAt: NOW, lookupError: undefined },
  targets: [target],
};

function status(more: { tunnels?: CoreTunnelRow[]; host?: Partial<JoinHostView>; enabled?: boolean } = {}): CoreStatus {
  const { tunnels = [row, { ...row, connection: 2 }], enabled = true } = more;
  const active = tunnels.filter((one) => one.status === "active").length;
  const edge = { target: row.target, connections: tunnels.length, active, rttMs: 1.25, lastError: undefined };
  return {
    tunnels,
    joinHosts: { enabled, joinHosts: [{ ...host, ...more.host }] },
    overview: {
      ...{ now: NOW, name: "core1", version: "0.1.0", startedAt: NOW - 61_000, alarms: [], recent: [] },
      edges: [edge],
      joinHosts: [],
      web: { requests: 1234, refused: 2, webSockets: 1 },
      allowList: { rules: 4, refused: 1 },
    },
  };
}

const roadOf = (one: CoreStatus) => coreText(one, look).split("\n")[6]!.trim();

test("a core that is well shows the way of a guest as far as it sees it, its edges and what has passed", () => {
  assert.equal(
    coreText(status(), look),
    `Core core1, version 0.1.0, running for 1 min 1 s

No faults.

The way of a guest
  join.example.com
    guest . . . edge ===== core ----- Web Bridge
    2 of 2 tunnel connections; 1 of 1 Web Bridge active
    10.0.0.5:443  Active  2.0 ms

Edges
  edge.example.com:2222  2 of 2 connections  1.3 ms

Web
  Open now     1 WebSocket
  Requests     1,234 passed on, 2 refused
  Allow list   4 rules, 1 request refused`,
  );
});

test("the road shows what is down: the tunnel, the Web Bridges, or what an administrator switched off", () => {
  const lastError = { code: "TUNNEL_UNREACHABLE", message: "connection refused", remedy: "r" };
  const down = { ...row, status: "failed", lastError, nextTryAt: NOW + 3000 } as const;
  assert.equal(roadOf(status({ tunnels: [down] })), "guest . . . edge ==x== core ----- Web Bridge");
  assert.equal(roadOf(status({ tunnels: [down, row] })), "guest . . . edge ===== core ----- Web Bridge");
  assert.equal(roadOf(status({ tunnels: [] })), "guest . . . edge ==x== core ----- Web Bridge");
  const failed = { ...target, status: "failed", lastError: "no answer\u001b[2J" } as const;
  assert.equal(roadOf(status({ host: { targets: [failed] } })), "guest . . . edge ===== core --x-- Web Bridge");
  assert.equal(roadOf(status({ host: { targets: [failed, target] } })), "guest . . . edge ===== core ----- Web Bridge");
  assert.match(
    coreText(status({ host: { targets: [failed] } }), look),
    /10\.0\.0\.5:443 {2}Failed {2}no answer\?\[2J\n/,
  );
  for (const off of [status({ enabled: false }), status({ host: { enabled: false } })])
    assert.equal(roadOf(off), "guest . . . edge ===== core  off  Web Bridge");
});

test("an edge that cannot be reached says why and when it is dialled again, once for all its connections", () => {
  const lastError = { code: "TUNNEL_UNREACHABLE", message: "connection refused", remedy: "r" };
  const down = { ...row, status: "failed", lastError, nextTryAt: NOW + 3000 } as const;
  const text = coreText(status({ tunnels: [down, { ...down, connection: 2, nextTryAt: NOW + 9000 }] }), look);
  assert.match(
    text,
    /edge\.example\.com:2222 {2}0 of 2 connections .*\n {4}192\.0\.2\.1:2222: connection refused, next try in 3 s\n\nWeb/,
  );
});

test("a look-up that failed is told below the join host", () => {
  const lookupError = { code: "DNS", message: "no such name", remedy: "r" };
  const one = status({ host: { targets: [], lookupError } });
  assert.equal(roadOf(one), "guest . . . edge ===== core --x-- Web Bridge");
  assert.match(coreText(one, look), /0 of 0 Web Bridges active\n {4}no such name\n/);
});
