import assert from "node:assert/strict";
import { test } from "node:test";
import type { EdgeOverview } from "#edge";
import { type Look, plainPaint } from "#terminal";
import { edgeText } from "./edge-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

const well: EdgeOverview["web"]["joinHosts"][number] = {
  host: "join.example.com",
  named: true,
  connections: 2,
  endToEnd: { state: "active", since: NOW, rttMs: 3.14, skewMs: 0 },
};

function overview(more: Partial<EdgeOverview> = {}, ...joinHosts: (typeof well)[]): EdgeOverview {
  return {
    ...{ now: NOW, name: "edge1", version: "0.1.0", startedAt: NOW - 61_000, alarms: [], recent: [], blocked: 0 },
    web: {
      ...{ listening: "0.0.0.0:443", redirect: "0.0.0.0:80", requests: 1234, refused: 0, refusedByCode: {} },
      ...{ connections: 3, webSockets: 1, badProxyHeaders: 0 },
      joinHosts: joinHosts.length > 0 ? joinHosts : [well],
    },
    tunnels: { connections: 2, cores: 1, domains: [{ domain: well.host, connections: 2 }] },
    turn: undefined,
    ...more,
  };
}

test("an edge that is well is one page: no faults, the way of a guest, then its parts", () => {
  assert.equal(
    edgeText(overview(), look),
    `Edge edge1, version 0.1.0, running for 1 min 1 s

No faults.

The way of a guest
  join.example.com
    guest ----- edge ===== core ----- Web Bridge
    2 tunnel connections; end to end in 3.1 ms

Web
  Listening    0.0.0.0:443, 0.0.0.0:80 redirects
  Open now     3 connections, 1 WebSocket
  Requests     1,234 passed on, 0 refused

Tunnels
  Connected    1 core, 2 connections

TURN
  State        its worker does not answer

Protection
  Blocked      nobody`,
  );
});

test("the road shows where a guest gets stuck: at the certificate, the tunnel, or behind it", () => {
  const road = (more: Partial<typeof well>) =>
    edgeText(overview({}, { ...well, ...more }), look)
      .split("\n")[6]!
      .trim();
  assert.equal(road({ named: false }), "guest --x-- edge ===== core ----- Web Bridge");
  assert.equal(road({ connections: 0 }), "guest ----- edge ==x== core . . . Web Bridge");
  const failed = { state: "failed", since: NOW, code: "CORE_WEB_BRIDGE_UNREACHABLE", why: "502\u001b[2J" } as const;
  assert.equal(road({ endToEnd: failed }), "guest ----- edge ===== core --x-- Web Bridge");
  assert.equal(road({ endToEnd: { state: "unknown" } }), "guest ----- edge ===== core . . . Web Bridge");
  const text = edgeText(overview({}, { ...well, endToEnd: failed, named: false }), look);
  assert.match(text, /502\?\[2J\s+\[CORE_WEB_BRIDGE_UNREACHABLE\];\s+the\s+certificate does not name it\n/);
});

test("faults come first, each with what to do and since when, within the terminal's width", () => {
  const fault = { id: "1", type: "t", subject: undefined, failureReason: undefined, raisedAt: NOW - 5000 };
  const text = `No tunnel carries ${well.host}: guests see that the meeting service is not reachable`;
  const shown = edgeText(overview({ alarms: [{ ...fault, text, remedy: "look at the core" }] }), look).split("\n");
  assert.deepEqual(shown.slice(2, 6), [
    "1 fault",
    "  No tunnel carries join.example.com: guests see that the meeting service is not",
    "  reachable",
    "    look at the core (for 5 s)",
  ]);
  assert.ok(shown.every((line) => line.length <= 80));
});

test("refusals are told by code, most frequent first; blocked sources name the command that lists them", () => {
  const { web } = overview();
  const refusedByCode = { EDGE_UNKNOWN_HOST: 3, EDGE_TUNNEL_DOWN: 12 };
  const text = edgeText(overview({ web: { ...web, refused: 15, refusedByCode }, blocked: 2 }), look);
  assert.match(text, /Refused +EDGE_TUNNEL_DOWN 12, EDGE_UNKNOWN_HOST 3\n/);
  assert.match(text, /Blocked +2 sources, see `turnpike protection list`$/);
});
