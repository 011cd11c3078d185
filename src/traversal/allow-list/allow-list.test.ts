import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock, memoryLog } from "#base";
import {
  AllowList,
  type AllowListEntry,
  type Ask,
  automaticRules,
  decide,
  explain,
  METHODS,
  normaliseTarget,
  type Rule,
  ruleOf,
} from "./index.ts";

const HOST = "join.example.com";
const rules = automaticRules({ host: HOST });
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

test("a rule that is off allows nothing, and is named as the one that would", () => {
  const off: Rule = { ...rules[0]!, enabled: false };
  const decision = decide(ask(), [off]);
  assert.ok(!decision.allowed);
  assert.deepEqual([decision.reason, decision.nearest], ["the rule that would allow it is off", off]);
});

test("WHIP brings PATCH; a host without automatic rules brings nothing", () => {
  const whip = automaticRules({ host: HOST, whip: true });
  assert.equal(decide(ask({ method: "PATCH" }), whip).allowed, true);
  assert.equal(decide(ask({ method: "OPTIONS" }), whip).allowed, false);
  assert.deepEqual(automaticRules({ host: HOST, automaticRules: false }), []);
});

const editable = (change: Partial<AllowListEntry> = {}): AllowListEntry => ({
  id: "whip",
  description: "an encoder",
  url: `https://${HOST}/whip`,
  methods: ["PATCH"],
  match: "prefix",
  enabled: true,
  ...change,
});

function list() {
  const clock = new ManualClock();
  const log = memoryLog();
  const one = new AllowList({ clock, log });
  one.configure({ joinHosts: [{ host: HOST }], rules: [editable()] });
  return { clock, log, list: one };
}
const from = { source: "192.0.2.7", traceId: "0123456789abcdef" };

test("counters tell which rule allowed and which came close, and outlive a new configuration", () => {
  const { clock, list: one } = list();
  one.decide(ask(), from);
  one.decide(ask({ method: "PATCH", path: "/whip/1" }), from);
  clock.advance(1000);
  one.decide(ask({ method: "PATCH", path: "/whip/1" }), from);
  one.decide(ask({ protocol: "wss", method: "TRACE" }), from);
  one.configure({ joinHosts: [{ host: HOST }, { host: "b.example" }], rules: [editable({ methods: "default" })] });
  const { rules: rows, allowed, refused } = one.status();
  assert.deepEqual([allowed, refused], [3, 1]);
  assert.deepEqual(
    rows.map((row) => [row.id, row.allowed, row.nearMisses, row.lastUsedAt]),
    [
      [`automatic:https:${HOST}`, 1, 0, clock.now() - 1000],
      [`automatic:wss:${HOST}`, 0, 1, undefined],
      ["automatic:https:b.example", 0, 0, undefined],
      ["automatic:wss:b.example", 0, 0, undefined],
      ["whip", 2, 0, clock.now()],
    ],
  );
});

test("a rule that can have no effect says why, with the remedy", () => {
  const { list: one } = list();
  const problem = (entry: Partial<AllowListEntry>, joinHost = {}) => {
    one.configure({ joinHosts: [{ host: HOST, ...joinHost }], rules: [editable(entry)] });
    return one.status().rules.at(-1)!.problem;
  };
  assert.match(problem({ url: "https://other.example/" })!, /other\.example is no join host.*add it to the join hosts/);
  assert.match(problem({ url: `https://${HOST}:8443/` })!, /carry port 443 only; take the port out/);
  assert.match(problem({}, { enabled: false })!, /switched off/);
  assert.match(problem({ methods: ["GET"] })!, /not needed/);
  assert.equal(problem({}), undefined);
  assert.equal(problem({ methods: ["GET"] }, { automaticRules: false }), undefined);
});

test("refusals are kept latest first without their query, the same one once, a hundred at most", () => {
  const { clock, log, list: one } = list();
  for (let i = 0; i < 5; i++) one.decide(ask({ method: "PATCH", path: "/a" }), from);
  clock.advance(2000);
  one.decide(ask({ method: "PATCH", path: "/a" }), from);
  one.decide(ask({ method: "PATCH", path: "/b" }), { ...from, source: undefined });
  assert.deepEqual(
    one.status().refusals.map(({ url, source, count, nearest }) => [url, source, count, nearest]),
    [
      [`https://${HOST}/b`, "", 1, `GET,POST,PUT,HEAD,DELETE https://${HOST}/*`],
      [`https://${HOST}/a`, "192.0.2.7", 6, `GET,POST,PUT,HEAD,DELETE https://${HOST}/*`],
    ],
  );
  const lines = log.lines.map(({ event, fields }) => [event, fields.url, fields.count, fields.trace]);
  assert.deepEqual(lines, [
    ["allow list refused a request", `https://${HOST}/a`, 1, from.traceId],
    ["allow list refused a request", `https://${HOST}/a`, 5, from.traceId],
    ["allow list refused a request", `https://${HOST}/b`, 1, from.traceId],
  ]);
  for (let i = 0; i < 500; i++) one.decide(ask({ method: "PATCH", path: `/x/${i}/${"y".repeat(9000)}` }), from);
  assert.equal(one.status().refusals.length, 100);
  assert.ok(one.status().refusals.every(({ url }) => url.length <= 500));
  assert.ok(log.lines.length <= 13, "strangers do not fill the log");
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

const text = fc.string({ unit: fc.constantFrom(..."/.%2eEfF5cab") }).map((end) => `/${end}`);
const anyRule = fc
  .record({
    path: text,
    match: fc.constantFrom("exact" as const, "prefix" as const),
    methods: fc.subarray([...METHODS], { minLength: 1 }),
    protocol: fc.constantFrom("https", "wss"),
    host: fc.constantFrom(HOST, "b.example"),
    enabled: fc.boolean(),
  })
  .filter(({ path }) => normaliseTarget(path).ok)
  .map(({ protocol, host, path, ...rest }, at = 0) =>
    editable({ ...rest, id: `r${at}`, url: `${protocol}://${host}${path}` }),
  );
const anyAsk = fc.record({
  protocol: fc.constantFrom("https" as const, "wss" as const),
  host: fc.constantFrom(HOST, "b.example", "c.example"),
  port: fc.constantFrom(443, 8443),
  method: fc.constantFrom(...METHODS, "TRACE", "get"),
  path: text
    .map((raw) => normaliseTarget(raw))
    .filter((target) => target.ok)
    .map((target) => (target.ok ? target.path : "")),
});

test("nothing passes that no rule names, and what passes fits its rule in every column", () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 6 }), anyAsk, (entries, asked) => {
      const given = entries.map((entry, at) => ruleOf({ ...entry, id: `r${at}` }));
      const one = new AllowList({ clock: new ManualClock(), log: memoryLog() });
      one.configure({
        joinHosts: [{ host: HOST, automaticRules: false }],
        rules: entries.map((entry, at) => ({ ...entry, id: `r${at}` })),
      });
      const decision = one.decide(asked, from);
      const fitting = given.filter(
        (rule) =>
          rule.enabled &&
          rule.host === asked.host &&
          rule.port === asked.port &&
          rule.protocol === asked.protocol &&
          rule.methods.some((method) => method === asked.method) &&
          (asked.path === rule.path ||
            (rule.match === "prefix" && `${asked.path}/`.startsWith(rule.path.replace(/\/?$/, "/")))),
      );
      assert.equal(decision.allowed, fitting.length > 0);
      if (decision.allowed) assert.equal(decision.rule.id, fitting[0]!.id);
      assert.equal(
        one.explain(asked.method, `${asked.protocol}://${asked.host}:${asked.port}${asked.path}`).allowed,
        decision.allowed,
      );
    }),
  );
});
