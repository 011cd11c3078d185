import assert from "node:assert/strict";
import { test } from "node:test";
import type { AllowListAnswer } from "#core";
import { type Look, plainPaint } from "#terminal";
import { refusalsText, rulesText } from "./allow-list-text.ts";
import { joinHostsText } from "./join-hosts-text.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

const failure = { code: "X", message: "connection refused", remedy: "start it" };

test("a look-up that failed is told with its remedy, and what a server wrote does not steer the terminal", () => {
  const text = joinHostsText(
    {
      now: NOW,
      enabled: true,
      revision: "",
      joinHosts: [
        {
          host: "join.example.com",
          enabled: true,
          whip: false,
          automaticRules: true,
          source: "srv",
          target: undefined,
          trust: "system",
          trustFile: undefined,
          lookedUpAt: NOW,
          nextLookupAt: NOW,
          lookupError: failure,
          targets: [
            {
              name: "wb\u001b[2J",
              address: "10.0.0.1:443",
              status: "failed",
              since: NOW - 5000,
              lastError: "certificate of \u001b[2J",
              nextProbeAt: NOW,
              rttMs: undefined,
              priority: 65536,
              weight: 0,
              requests: 7,
            },
          ],
        },
      ],
    },
    look,
  );
  assert.ok(!text.includes("\u001b"));
  assert.match(
    text,
    /wb\?\[2J +Failed +65536 +0 +7\n +10\.0\.0\.1:443\n[\s\S]*\(for 5 s\)\n {2}connection refused\n {4}start it/,
  );
});

const list: AllowListAnswer = {
  now: NOW,
  revision: "",
  allowed: 1,
  refused: 2,
  rules: [
    {
      id: "x",
      origin: "editable",
      enabled: false,
      description: "",
      url: "https://other.example/",
      protocol: "https",
      host: "other.example",
      port: 443,
      match: "exact",
      path: "/",
      methods: ["GET"],
      defaultMethods: false,
      allowed: 1,
      nearMisses: 0,
      lastUsedAt: NOW - 61_000,
      problem: "never matches: no join host",
    },
  ],
  refusals: [
    {
      at: NOW - 1000,
      method: "PATCH",
      url: "https://join.example.com/x",
      source: "192.0.2.7",
      traceId: "0123456789abcdef",
      reason: "method must be GET",
      nearest: "GET https://join.example.com/*",
      count: 2,
    },
  ],
};

test("a rule that is off or can have no effect says so below its URL", () => {
  const text = rulesText(list, look);
  assert.match(text, /^HTTP allow list: 1 rule, 1 allowed, 2 refused\n\nEditable inbound rules\n/);
  assert.match(text, /other\.example\/ +Exact +1 +0 +1 min 1 s ago\n +x\n +GET\n +off\n +never matches/);
});

test("a refusal names who asked, the trace and the nearest rule", () =>
  assert.equal(
    refusalsText(list, look),
    [
      "Latest refusals",
      "  PATCH https://join.example.com/x (2 times)",
      "    method must be GET; nearest rule: GET https://join.example.com/*",
      "    1 s ago, from 192.0.2.7, trace 0123456789abcdef",
    ].join("\n"),
  ));
