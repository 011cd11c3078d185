import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AllowListEntry, allowListSection, exportCsv, METHODS, newRuleId, planImport } from "./index.ts";

const rule = (change: Partial<AllowListEntry> = {}): AllowListEntry => ({
  id: "a",
  description: "an encoder",
  url: "https://join.example.com/whip",
  methods: "default",
  match: "exact",
  enabled: true,
  ...change,
});

test("a file of another product is taken: columns in any order, deployment ignored, defaults filled in", () => {
  const csv =
    'Url,Deployment,HttpMethods,MatchType,Description\r\nhttps://join.example.com/a,,"OPTIONS,get",prefix,"one, ""two"""\r\nwss://join.example.com/b\r\n\r\n';
  const plan = planImport(csv, []);
  assert.deepEqual(plan.errors, []);
  assert.deepEqual(plan.rules, [
    rule({
      id: "one-two",
      description: 'one, "two"',
      url: "https://join.example.com/a",
      methods: ["GET", "OPTIONS"],
      match: "prefix",
    }),
    rule({ id: "join-example-com-b", description: "", url: "wss://join.example.com/b" }),
  ]);
});

test("a spreadsheet's semicolons and byte order mark are understood", () => {
  const plan = planImport("\uFEFFurl;matchtype;httpmethods\nhttps://join.example.com/a;Prefix;GET POST\n", []);
  assert.deepEqual([plan.rules[0]?.match, plan.rules[0]?.methods], ["prefix", ["GET", "POST"]]);
});

test("it says what would be added, changed, removed and left", () => {
  const there = [
    rule(),
    rule({ id: "b", url: "https://join.example.com/b" }),
    rule({ id: "c", url: "https://join.example.com/c" }),
  ];
  const csv = exportCsv([
    there[0]!,
    { ...there[1]!, methods: ["PATCH"] },
    rule({ id: "d", url: "https://join.example.com/d" }),
  ]);
  const merged = planImport(csv, there);
  const ids = (rules: readonly AllowListEntry[]) => rules.map(({ id }) => id).join();
  assert.deepEqual(
    [ids(merged.added), ids(merged.changed), ids(merged.removed), merged.unchanged, ids(merged.rules)],
    ["d", "b", "", 2, "a,b,c,d"],
  );
  const replaced = planImport(csv, there, true);
  assert.deepEqual([ids(replaced.removed), replaced.unchanged, ids(replaced.rules)], ["c", 1, "a,b,d"]);
});

test("a row without an id is the rule that has its URL", () => {
  const plan = planImport("Url,HttpMethods\nhttps://JOIN.example.com/x/../whip,PATCH\n", [rule()]);
  assert.deepEqual(
    plan.changed.map(({ id, methods }) => [id, methods]),
    [["a", ["PATCH"]]],
  );
});

for (const [what, csv, line, why] of [
  ["an empty file", "", 1, /empty/],
  ["no column Url", "Description\nx\n", 1, /must be Url/],
  ["an unknown column", "Url,Verb\n", 1, /unknown column "Verb": known are Id/],
  ["a column twice", "Url,url\n", 1, /Url stands there twice/],
  ["no URL", 'Url,Description\n,"two\nlines"\n', 2, /^Url: is missing/],
  ["plain http", "Url\nhttp://join.example.com/\n", 2, /^Url: plain http never passes/],
  ["a query", "Url\nhttps://join.example.com/?x\n", 2, /no query/],
  ["an unknown match type", "Url,MatchType\nhttps://a.example/,regex\n", 2, /^MatchType: "regex" is neither/],
  ["an unknown method", "Url,HttpMethods\nhttps://a.example/,GET TRACE\n", 2, /^HttpMethods: "TRACE" is none of/],
  ["neither on nor off", "Url,Enabled\nhttps://a.example/,maybe\n", 2, /^Enabled: "maybe"/],
  ["a bad id", "Id,Url\nA B,https://a.example/\n", 2, /^Id: small letters/],
  ["a rule twice", "Url\nhttps://a.example/\nhttps://a.example/\n", 3, /same rule as in line 2/],
  ["too many fields", "Url\nhttps://a.example/,x\n", 2, /2 fields for 1 columns/],
  ["an open quote", 'Url\n"https://a.example/\n', 2, /quoted field does not end/],
  ["a file too large", `Url\n${"x".repeat(300_000)}`, 1, /over 256 KB/],
  [
    "too many rules",
    `Url\n${Array.from({ length: 1001 }, (_, i) => `https://a.example/${i}\n`).join("")}`,
    1,
    /1001 rules/,
  ],
] as const)
  test(`${what} changes nothing and is named with its line`, () => {
    const there = [rule()].slice(0, what === "too many rules" ? 0 : 1);
    const plan = planImport(csv, there);
    assert.equal(plan.errors[0]?.line, line);
    assert.match(plan.errors[0]!.why, why);
    assert.equal(plan.rules, there);
  });

test("all wrong lines are named, also those behind a field of two lines", () => {
  const csv = 'Description,Url\n"a\nb",http://a.example/\nok,https://a.example/\nx,nowhere\n';
  assert.deepEqual(
    planImport(csv, []).errors.map(({ line }) => line),
    [2, 5],
  );
});

test("what is exported comes back as it was", () => {
  const entry = fc.record({
    description: fc.string({ maxLength: 40 }).filter((text) => text.trim() === text && /^\P{Cc}*$/u.test(text)),
    path: fc.string({ unit: fc.constantFrom(...'abc/,;"') }).filter((text) => !text.includes(";")),
    methods: fc.oneof(fc.constant("default" as const), fc.subarray([...METHODS], { minLength: 1 })),
    match: fc.constantFrom("exact" as const, "prefix" as const),
    enabled: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
      const rules = entries.map(({ path, ...rest }, at) => ({
        ...rest,
        id: `r${at}`,
        url: `https://a.example/${at}/${path}`,
      }));
      const plan = planImport(exportCsv(rules), []);
      assert.deepEqual(plan.errors, []);
      assert.deepEqual(plan.rules, rules);
      assert.equal(allowListSection.safeParse(plan.rules).success, true);
    }),
  );
});

test("any text gives a plan", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'Url,;"\r\nhtps:/.a') }), (text) => {
      const plan = planImport(`Url,Description\n${text}`, [rule()]);
      assert.ok(plan.errors.length > 0 || plan.rules.length >= 1);
    }),
  );
});

test("a new rule has a name of its own, made of what it is for", () => {
  const about = { description: "São Paulo: encoders!", url: "https://a.example/" };
  assert.equal(newRuleId(about, []), "sao-paulo-encoders");
  assert.equal(newRuleId(about, ["sao-paulo-encoders"]), "sao-paulo-encoders-2");
  assert.equal(newRuleId({ description: "", url: "https://a.example/b" }, []), "a-example-b");
});
