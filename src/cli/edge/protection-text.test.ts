import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProtectionAnswer } from "#edge";
import { type Look, plainPaint } from "#terminal";
import { protectionText } from "./protection-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

const answer: ProtectionAnswer = {
  now: NOW,
  mode: "block",
  exempt: ["10.0.0.5/32"],
  blocked: [
    {
      source: "192.0.2.7",
      since: NOW - 5000,
      until: NOW + 115_000,
      why: "malformed TLS\u001b[2J",
      byHand: false,
      count: 2,
    },
    {
      source: "2001:db8::/64",
      since: NOW - 1000,
      until: NOW + 59_000,
      why: "host that nobody serves",
      byHand: false,
      count: 1,
    },
  ],
  failures: { limit: 3, "tls-malformed": 12, slow: 0 },
  refused: { blocked: 1234, limited: 5 },
  limits: {},
  rules: { threshold: 100, firstBlockSeconds: 60, lastBlockSeconds: 3600 },
  sources: 2,
};

test("blocked sources stand with what they did and how long it goes on; failures by how often", () => {
  assert.equal(
    protectionText(answer, look),
    `Protection
  Mode         blocks sources that keep failing
  Blocks       at 100 points for 1 min, doubling up to 1 h
  Exempt       10.0.0.5/32
  Turned away  1,234 connections of blocked sources, 5 over a limit
  Failures     tls-malformed 12, limit 3
  Remembered   2 sources

Blocked
  Source         For another  Since    Why
  192.0.2.7      1 min 55 s   5 s ago  malformed TLS?[2J
                                       2 times so far
  2001:db8::/64  59 s         1 s ago  host that nobody serves`,
  );
});

test("while it only observes, nobody is said to be blocked", () => {
  const text = protectionText({ ...answer, mode: "observe" }, look);
  assert.match(text, /Mode +observes only: nobody is blocked\n/);
  assert.match(text, /\nWould be blocked\n/);
  const [scanner, other] = answer.blocked;
  const blocked = [scanner!, { ...other!, why: "by the administrator ann", byHand: true }];
  const both = protectionText({ ...answer, mode: "observe", blocked }, look);
  assert.match(both, /\nBlocked\n.*\n +2001:db8::\/64 .*ann\n\nWould be blocked\n.*\n +192\.0\.2\.7/);
  assert.match(protectionText({ ...answer, blocked: [] }, look), /\nBlocked\n {2}nobody$/);
});
