import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, plainPaint } from "#terminal";
import { meetingServerText } from "./meeting-server-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

test("status shows links, TURN servers with their round trip or failure, and faults with remedies", () => {
  const host = { address: "10.0.1.2", portNumber: 3478, transport: "udp", roundTripTimeMs: 1.25, mapped: undefined };
  const server = { id: "a", serverAddress: "10.0.1.2", clientAddress: "203.0.113.10", type: "expressway", ours: true };
  const failure = { code: "X", detail: "wrong password", remedy: "r", reason: "authenticationFailure" };
  const rest = { numAllocations: 0, checkedAt: NOW };
  const text = meetingServerText(
    {
      now: NOW,
      name: "cb1",
      version: "0.1.0",
      startedAt: NOW - 61_000,
      joinHost: "join.example.com",
      totals: { ...ZERO, callLegsActive: 3, callLegsMaxActive: 5 },
      calls: 1,
      waiting: 2,
      ways: { direct: 1, relays: [], none: 0 },
      spaces: 10_000,
      users: 1,
      alarms: [
        {
          id: "1",
          type: "t",
          subject: undefined,
          failureReason: undefined,
          text: "It is broken",
          remedy: "mend it",
          raisedAt: 0,
        },
      ],
      recent: [],
      links: [{ id: "w", link: 1, url: "c2w://a:1", status: { state: "connected", since: 0 } }],
      turnServers: [
        {
          ...server,
          preferred: true,
          hosts: [{ ...host, ...rest, transport: "udp", reachable: true, failure: undefined }],
        },
        {
          ...server,
          preferred: false,
          hosts: [{ ...host, ...rest, transport: "tcp", reachable: false, roundTripTimeMs: undefined, failure }],
        },
      ],
      noMedia: undefined,
    },
    look,
  );
  assert.match(text, /Now +1 call, 3 call legs \(most: 5\), 2 in lobbies/);
  assert.match(text, /Spaces +10,000/);
  assert.match(text, /1 {2}c2w:\/\/a:1 {2}connected/);
  assert.match(text, /10\.0\.1\.2:3478 UDP +1\.3 ms +preferred/);
  assert.match(text, /10\.0\.1\.2:3478 TCP +wrong password/);
  assert.match(text, /^Meeting server, Call Bridge cb1, .*\n\n1 fault\n {2}It is broken\n {4}mend it/);
  assert.match(text, /core \. \. \. Web Bridge ===== Call Bridge ----- TURN\n/);
});

const ZERO = {
  callLegsActive: 0,
  callLegsMaxActive: 0,
  callLegsCompleted: 0,
  audioBitRateOutgoing: 0,
  audioBitRateIncoming: 0,
  videoBitRateOutgoing: 0,
  videoBitRateIncoming: 0,
  mediaProcessingLoad: 0,
};
