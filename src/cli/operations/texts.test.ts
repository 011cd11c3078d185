import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, plainPaint, printable } from "#terminal";
import { currentText, pastText } from "./alarms.ts";
import { certificatesText } from "./certificates-text.ts";
import { tracingText } from "./tracing.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

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

const alarm = { id: "1", type: "t", subject: undefined, failureReason: undefined, raisedAt: NOW - 60_000 };

test("alarms are told with remedy and age, and those that are over with how long they lasted", () => {
  const lists = {
    now: NOW,
    current: [{ ...alarm, text: "No tunnel\u001b[2J", remedy: "look at the core" }],
    past: [{ ...alarm, text: "The disk was full", remedy: "make room", clearedAt: NOW - 50_000 }],
  };
  assert.equal(
    currentText(lists, look),
    "1 fault\n  No tunnel?[2J\n    look at the core (for 1 min)\n\n1 that is over: `turnpike alarms --past`",
  );
  assert.match(pastText(lists, look), /\n {2}50 s ago +10 s +The disk was full$/);
  assert.equal(currentText({ ...lists, current: [], past: [] }, look), "No faults.");
  assert.match(pastText({ ...lists, past: [] }, look), /^No fault has ended/);
});
