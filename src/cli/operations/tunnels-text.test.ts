import assert from "node:assert/strict";
import { test } from "node:test";
import type { CoreTunnelRow } from "#core";
import type { EdgeTunnels } from "#edge";
import { type Look, plainPaint } from "#terminal";
import { coreTunnelsText } from "./core-tunnels-text.ts";
import { edgeTunnelsText } from "./edge-tunnels-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

const row: CoreTunnelRow = {
  target: "edge.example.com:2222",
  address: "192.0.2.1:2222",
  domain: "join.example.com",
  connection: 1,
  status: "active",
  since: NOW - 60_000,
  draining: false,
  peer: "192.0.2.1:2222",
  via: "2222",
  whyNotDirect: undefined,
  hostKey: undefined,
  lastError: undefined,
  nextTryAt: undefined,
  rttMs: 1.25,
  bytesIn: 1024,
  bytesOut: 0,
  channels: 0,
};
const failure = { code: "X", message: "connection refused", remedy: "start it" };

test("tunnels show what is wrong once below the table, with the next try and the remedy", () => {
  const failed = { ...row, status: "failed", peer: "", lastError: failure, nextTryAt: NOW + 3000 } as const;
  const text = coreTunnelsText({ now: NOW, identity: "SHA256:x", tunnels: [row, failed, { ...failed }] }, look);
  assert.match(
    text,
    /edge\.example\.com:2222 \(1\) +Active +192\.0\.2\.1:2222 +1\.00 KiB\n +join\.example\.com +for 1 min +1\.[23] ms +0 B\n/,
  );
  assert.equal(text.split("192.0.2.1:2222: connection refused; next try in 3 s\n    start it").length, 2);
});

test("a tunnel over 443 says so, and why", () => {
  const tunnels = [{ ...row, via: "443", whyNotDirect: failure } as const];
  const text = coreTunnelsText({ now: NOW, identity: "SHA256:x", tunnels }, look);
  assert.match(text, /via 443[\s\S]*192\.0\.2\.1:2222: connection refused\n {4}start it/);
});

test("the edge lists its cores with what they carry, what nobody carries, and keys that were copied", () => {
  const answer: EdgeTunnels = {
    now: NOW,
    listening: "10.0.1.2:2222",
    hostKey: "SHA256:host",
    domains: [
      { domain: "join.example.com", connections: 1 },
      { domain: "meet.example.com", connections: 0 },
    ],
    connections: [
      {
        ...{ peer: "10.0.0.5:40000", fingerprint: "SHA256:core", comment: "core\u001b[2J", software: "Turnpike_0.1" },
        ...{ via: "443", since: NOW - 61_000, domains: ["join.example.com"], rttMs: 1.25 },
        ...{ bytesIn: 1024, bytesOut: 0, channels: 2 },
      },
    ],
    sharedIdentities: [{ fingerprint: "SHA256:core", peers: ["10.0.0.5:1", "10.0.0.6:1"], since: NOW - 5000 }],
  };
  const text = edgeTunnelsText(answer, look);
  assert.match(text, /core\?\[2J +for 1 min 1 s +join\.example\.com +1\.00 KiB\n/);
  assert.match(text, /10\.0\.0\.5:40000 +1\.[23] ms, via 443 +2 channels +0 B\n/);
  assert.match(text, /\n {2}No tunnel carries meet\.example\.com\.\n/);
  assert.match(text, /Two cores show the key SHA256:core: 10\.0\.0\.5:1, 10\.0\.0\.6:1 \(for 5 s\)$/);
  assert.match(edgeTunnelsText({ ...answer, connections: [], sharedIdentities: [] }, look), /No core is connected\./);
});
