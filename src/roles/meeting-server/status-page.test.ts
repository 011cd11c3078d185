import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, statusPage } from "./status-page.ts";

const NOW = 1_700_000_000_000;
const edge = { serverAddress: "10.0.1.2" };

test("a duration has its two largest units", () => {
  const cases = [
    [0, "0 s"],
    [999, "0 s"],
    [6000, "6 s"],
    [306_000, "5 min 6 s"],
    [14_700_000, "4 h 5 min"],
    [273_600_000, "3 d 4 h"],
  ] as const;
  for (const [ms, text] of cases) assert.equal(duration(ms), text);
});

test("a link and a relay that failed are faults in words, with code and remedy", () => {
  const failedLink = {
    state: "failed",
    code: "BRIDGE_LINK_DNS_FAILURE",
    detail: "no such name",
    remedy: "mend DNS",
    nextTryAt: NOW + 2500,
  } as const;
  const failedEdge = {
    ...edge,
    state: "failed",
    code: "TURN_CLIENT_UNAUTHORIZED",
    detail: "refused",
    nextTryMs: 1,
  } as const;
  const bridge = {
    name: "cb1",
    calls: [],
    edges: [
      { worker: 0, state: failedEdge },
      { worker: 1, state: failedEdge },
    ],
  };
  const page = statusPage(bridge, [{ link: 1, url: "c2w://x:1", status: failedLink }], NOW - 60_000, NOW);
  assert.deepEqual(page.faults, [
    "Web bridge link to c2w://x:1: no such name [BRIDGE_LINK_DNS_FAILURE]. mend DNS.",
    "No relay on edge 10.0.1.2: refused [TURN_CLIENT_UNAUTHORIZED].",
  ]);
  assert.deepEqual(page.sections[0]?.rows[0]?.at(-1), "no such name; next try in 3 s");
});

test("a server in order has no faults and says so of each part", () => {
  const ready = { ...edge, state: "ready", relayed: { address: "203.0.113.10", port: 24000 }, rttMs: 1.25 } as const;
  const bridge = { name: "cb1", calls: [], edges: [{ worker: 0, state: ready }] };
  const page = statusPage(
    bridge,
    [{ link: 1, url: "c2w://x:1", status: { state: "connected", since: NOW - 5000 } }],
    NOW,
    NOW,
  );
  assert.deepEqual(page.faults, []);
  assert.deepEqual(page.sections[0]?.rows, [["1", "c2w://x:1", { text: "connected", state: "good" }, "for 5 s"]]);
  assert.deepEqual(page.sections[1]?.rows, [
    ["10.0.1.2", "0", { text: "ready", state: "good" }, "203.0.113.10:24000", "1.3 ms"],
  ]);
});
