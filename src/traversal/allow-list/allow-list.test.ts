import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { AllowListCounters, type Ask, automaticRules, decide, explain, normaliseTarget, type Rule } from "./index.ts";

const rules = automaticRules("join.example.com");
const ask = (change: Partial<Ask> = {}): Ask => ({
  protocol: "https",
  host: "join.example.com",
  port: 443,
  method: "GET",
  path: "/meeting/123",
  ...change,
});

test("a join host brings the guide's two rows", () => {
  assert.deepEqual(
    rules.map((r) => [r.protocol, r.port, r.match, r.path, r.methods.join(", ")]),
    [
      ["https", 443, "prefix", "/", "GET, POST, PUT, HEAD, DELETE"],
      ["wss", 443, "prefix", "/", "GET, POST, PUT, HEAD, DELETE"],
    ],
  );
});

test("requests for the join host pass by the rule of their protocol", () => {
  for (const protocol of ["https", "wss"] as const) {
    const decision = decide(ask({ protocol }), rules);
    assert.equal(decision.allowed && decision.rule.protocol, protocol);
  }
});

for (const [what, change, reason] of [
  ["another host", { host: "intranet.example.com" }, "host must be join.example.com"],
  ["another port", { port: 8443 }, "port must be 443"],
  ["another method", { method: "PATCH" }, "method must be one of GET, POST, PUT, HEAD, DELETE"],
] as const)
  test(`${what} is refused with the reason and the nearest rule`, () => {
    const decision = decide(ask(change), rules);
    assert.equal(decision.allowed, false);
    assert.equal(!decision.allowed && decision.reason, reason);
    assert.match(explain(ask(change), decision), /is refused: .+; nearest rule: "GET,POST/);
  });

test("the nearest rule is the one that fails last", () => {
  const narrow: Rule = { ...rules[0]!, host: "b.example", path: "/api", match: "prefix" };
  const decision = decide(ask({ host: "b.example", path: "/apix" }), [rules[0]!, narrow]);
  assert.ok(!decision.allowed);
  assert.equal(decision.nearest, narrow);
  assert.equal(decision.reason, "path must begin with /api");
});

test("an exact rule matches only its path, a prefix rule also what is below", () => {
  const exact: Rule = { ...rules[0]!, match: "exact", path: "/api" };
  assert.equal(decide(ask({ path: "/api/x" }), [exact]).allowed, false);
  assert.equal(decide(ask({ path: "/api" }), [exact]).allowed, true);
  assert.equal(decide(ask({ path: "/api/x" }), [{ ...exact, match: "prefix" }]).allowed, true);
});

test("an empty list refuses everything", () => assert.equal(decide(ask(), []).allowed, false));

test("counters tell which rule allowed and which came close", () => {
  const counters = new AllowListCounters(rules);
  counters.count(decide(ask(), rules));
  counters.count(decide(ask({ protocol: "wss", method: "TRACE" }), rules));
  assert.equal(counters.refused, 1);
  assert.deepEqual(
    counters.rows().map((row) => [row.allowed, row.nearMisses]),
    [
      [1, 0],
      [0, 1],
    ],
  );
});

for (const [raw, path] of [
  ["/", "/"],
  ["/meeting/123", "/meeting/123"],
  ["/a//b///c", "/a/b/c"],
  ["/a/./b/../c", "/a/c"],
  ["/a/b/..", "/a/"],
  ["/a/.", "/a/"],
  ["/%61pi/%7euser", "/api/~user"],
  ["/a/%2e%2E/b", "/b"],
  ["/a%c3%a9", "/a%C3%A9"],
  ["/a/%252e%252e/b", "/a/%252e%252e/b"],
  ["/a/", "/a/"],
  ["//evil.example/x", "/evil.example/x"],
])
  test(`path ${raw} becomes ${path}`, () => assert.deepEqual(normaliseTarget(raw!), { ok: true, path, query: "" }));

test("the query travels as it came", () =>
  assert.deepEqual(normaliseTarget("/rtc/v1?a=b;c&d=%2f..\\?"), {
    ok: true,
    path: "/rtc/v1",
    query: "?a=b;c&d=%2f..\\?",
  }));

for (const raw of [
  "",
  "*",
  "a",
  "http://join.example.com/",
  "/..",
  "/%2e%2e/x",
  "/a/../../b",
  "/a%2fb",
  "/a%5Cb",
  "/a\\..\\b",
  "/a;jsessionid=1",
  "/a%00",
  "/a%0d%0aX: y",
  "/a%7f",
  "/a%",
  "/a%zz",
  "/a b",
  "/é",
  "/a\u0000",
  "/a#b",
  "/a?b#c",
  "/a?é",
])
  test(`target ${JSON.stringify(raw)} is refused`, () => assert.equal(normaliseTarget(raw).ok, false));

test("any text gives a target or a reason, and a target is its own normal form", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."/.%2eEfF5c;?\\a") })), (text) => {
      const first = normaliseTarget(`/${text}`);
      if (!first.ok) return;
      assert.ok(!first.path.split("/").includes(".."));
      assert.deepEqual(normaliseTarget(first.path + first.query), first);
    }),
  );
});
