import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, plainPaint, printable } from "#terminal";
import { certificatesText } from "./certificates-text.ts";
import { flushText, lookupText } from "./dns.ts";
import { overviewText } from "./status.ts";
import { tracingText } from "./tracing.ts";
import { trustText } from "./trust.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

test("a look-up shows where it came from, and says when a name leads to the edge", () => {
  const records = [{ name: "wb.example.com", type: "A", ttl: 30, data: "203.0.113.10" }] as const;
  const answer = { name: "wb.example.com", type: "A", records, from: { server: "10.0.0.53:53" }, edges: [] } as const;
  assert.equal(
    lookupText(answer, look),
    "A wb.example.com, from 10.0.0.53:53\n  name            type  lives  data\n  wb.example.com  A      30 s  203.0.113.10",
  );
  assert.match(lookupText({ ...answer, edges: ["203.0.113.10"] }, look), /203\.0\.113\.10 is the edge/);
  assert.match(flushText(1), /1 answer was forgotten/);
});

test("what a stranger wrote into a certificate does not steer the terminal", () => {
  const one = { fingerprint: "AB:CD:EF:01:23:45:67:89:AA", subject: "CN=\u001b[2Jx", validTo: NOW };
  assert.equal(trustText("web-bridge", [one], look).includes("\u001b"), false);
  assert.match(trustText("call-bridge", [], look), /turnpike call-bridge trust add FILE/);
});

test("a certificate that cannot be read is a row like the others", () => {
  const text = certificatesText([{ use: "admin.certificate", file: "/x.pem", problem: "no such file" }], look);
  assert.match(text, /admin\.certificate {2}no such file/);
});

test("a certificate of the edge is told with all its problems, each with its remedy", () => {
  const problems = [
    { code: "self-signed", text: "another stands in", remedy: "wait" },
    { code: "acme-failed", text: "port 80 is closed\u001b[2J", remedy: "open it" },
  ] as const;
  const row = { use: "web", file: "/web.pem", subject: "CN=x", names: ["join.example.com"], validTo: NOW, problems };
  assert.equal(
    certificatesText([row, { use: "tunnel.hostKey", file: "/host.pub", subject: "turnpike edge", names: [] }], look),
    [
      "Certificates",
      "  for             state                  names             valid to",
      "  web             another stands in      join.example.com  2026-01-01",
      `                  ${printable("port 80 is closed\u001b[2J")}`,
      "  tunnel.hostKey  good                   turnpike edge",
      "",
      "What to do",
      "  web: wait",
      "  web: open it",
    ].join("\n"),
  );
});

test("tracing says how long it goes on", () => {
  const tracing = [
    { subsystem: "ice", until: NOW + 90_000, help: "candidates" },
    { subsystem: "dns", until: undefined, help: undefined },
  ];
  const text = tracingText({ now: NOW, tracing }, look);
  assert.match(text, /ice +on for 1 min 30 s +candidates/);
  assert.match(text, /dns +off/);
});

test("status shows links, TURN servers with their round trip or failure, and faults with remedies", () => {
  const host = { address: "10.0.1.2", portNumber: 3478, transport: "udp", roundTripTimeMs: 1.25, mapped: undefined };
  const server = { id: "a", serverAddress: "10.0.1.2", clientAddress: "203.0.113.10", type: "expressway", ours: true };
  const failure = { code: "X", detail: "wrong password", remedy: "r", reason: "authenticationFailure" };
  const rest = { numAllocations: 0, checkedAt: NOW };
  const text = overviewText(
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
  assert.match(text, /Calls +1, 3 call legs \(most: 5\)/);
  assert.match(text, /Spaces +10,000/);
  assert.match(text, /1 {2}c2w:\/\/a:1 {2}connected/);
  assert.match(text, /10\.0\.1\.2:3478 UDP +1\.3 ms +preferred/);
  assert.match(text, /10\.0\.1\.2:3478 TCP +wrong password/);
  assert.match(text, /It is broken\n +mend it/);
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
