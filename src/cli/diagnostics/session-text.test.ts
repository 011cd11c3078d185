import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiagnosticsAnswer } from "#diagnostic-logging";
import { type Look, plainPaint } from "#terminal";
import { sessionText } from "./session-text.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const look: Look = { paint: plainPaint, width: 80, now: NOW };
const request = { modules: ["proxy", "turn"], capture: true, addresses: [], ports: [443], snaplen: 96, minutes: 60 };
const facts = { request, startedAt: NOW - 600_000, endsAt: NOW + 3_000_000 };
const textOf = (session: DiagnosticsAnswer["session"]) => sessionText({ now: NOW, modules: [], session }, look);

test("what is lost and what has ended by itself is said where it is counted", () => {
  const captures = [
    { name: "proxy", state: "running", packets: 1, dropped: 2, bytes: 10 },
    { name: "turn", state: "failed", why: "the disk is full\u001b[2J", packets: 1234, dropped: 0, bytes: 10 },
  ] as const;
  const log = { lines: 7, dropped: 0, why: undefined };
  assert.equal(
    textOf({ state: "running", ...facts, bytes: 2048, log, captures }),
    [
      "Diagnostic logging",
      "  State             running, started 10 min ago, ends in 50 min",
      "  Modules at debug  proxy, turn",
      "  Captures          port 443",
      "  Collected         2.00 KiB",
      "  Log               7 lines",
      "  Capture of proxy  1 packet, 2 lost",
      "  Capture of turn   1,234 packets, ended: the disk is full?[2J",
    ].join("\n"),
  );
});

test("one that has ended says why, and one that nobody ended too", () => {
  const ended = textOf({ state: "stopped", ...facts, endedAt: NOW - 60_000, why: "its time is over", bytes: 1 });
  assert.match(ended, /State +ended 1 min ago \(its time is over\)/);
  assert.match(textOf({ state: "interrupted", ...facts, bytes: 1 }), /interrupted: the role died, started 10 min ago/);
  assert.equal(textOf({ state: "none" }), "Diagnostic logging\n  not running, nothing collected");
});
