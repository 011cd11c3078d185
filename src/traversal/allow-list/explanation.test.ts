import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ManualClock, memoryLog } from "#base";
import { AllowList } from "./index.ts";

const HOST = "join.example.com";

function list(joinHost = {}) {
  const one = new AllowList({ clock: new ManualClock(), log: memoryLog() });
  one.configure({
    joinHosts: [{ host: HOST, ...joinHost }],
    rules: [
      {
        id: "cors",
        description: "",
        url: `https://${HOST}/whip`,
        methods: ["OPTIONS"],
        match: "prefix",
        enabled: true,
      },
    ],
  });
  return one;
}

test("an allowed URL names its rule, and counts nothing", () => {
  const one = list();
  const said = one.explain("OPTIONS", `https://${HOST}/whip/7?x=1`);
  assert.equal(said.allowed, true);
  assert.equal(said.rule?.id, "cors");
  assert.equal(said.text, `OPTIONS https://${HOST}/whip/7 is allowed by "OPTIONS https://${HOST}/whip*"`);
  assert.deepEqual(
    said.columns.map(({ fits }) => fits),
    [true, true, true, true, true],
  );
  assert.equal(one.status().allowed, 0);
});

test("a refused URL is compared column by column with the nearest rule, up to the first that fails", () => {
  const said = list().explain("PATCH", `https://${HOST}/whip`);
  assert.equal(said.allowed, false);
  assert.match(said.text, /method must be one of GET, POST, PUT, HEAD, DELETE; nearest rule: /);
  assert.deepEqual(said.columns.at(-1), {
    column: "method",
    asked: "PATCH",
    wanted: "must be one of GET, POST, PUT, HEAD, DELETE",
    fits: false,
  });
  const port = list().explain("GET", `https://${HOST}:8443/`);
  assert.deepEqual(
    port.columns.map(({ fits }) => fits),
    [true, false, undefined, undefined, undefined],
  );
  assert.match(port.notes.join(), /port 443 only/);
});

test("a path that is normalised is shown as it decides and travels", () => {
  const said = list().explain("GET", `https://${HOST}/a/../%61pi//x?q=%2f`);
  assert.equal(said.normalised, "/api/x");
  assert.equal(said.allowed, true);
  assert.equal(list().explain("GET", `https://${HOST}`).normalised, undefined);
});

for (const [what, method, url, words] of [
  ["no join host", "GET", "https://other.example/", /other\.example is no join host of this core \(it has join\.ex/],
  ["a method in small letters", "get", `https://${HOST}/`, /written large: GET/],
  ["a method that is never served", "TRACE", `https://${HOST}/`, /never served/],
  ["a WebSocket by POST", "POST", `wss://${HOST}/`, /always opened by GET/],
] as const)
  test(`it says so if the question names ${what}`, () => assert.match(list().explain(method, url).notes.join(), words));

test("a join host that is off is said to be", () =>
  assert.match(list({ enabled: false }).explain("GET", `https://${HOST}/`).notes.join(), /switched off/));

for (const [url, words] of [
  ["http://join.example.com/", /http never passes.*https:/],
  ["ftp://join.example.com/", /only https:\/\/ and wss:\/\/ do/],
  ["join.example.com/x", /not a URL/],
  ["https://me@join.example.com/", /before @/],
  ["https://join.example.com:99999/", /port/],
  ["https://join.example.com/a%2fb", /encoded slash/],
  ["https://join.example.com/../x", /above the root/],
] as const)
  test(`${url} is refused before the rules are asked`, () => {
    const said = list().explain("GET", url);
    assert.equal(said.allowed, false);
    assert.match(said.text, words);
  });

test("any text gets an answer in one line", () => {
  const one = list();
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: fc.constantFrom(..."htpsw:/.%2ejoin@[]?#\\ \n") }), (method, url) => {
      assert.equal(one.explain(method, url).text.split("\n").length, 1);
    }),
  );
});
