import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { answerTo } from "./answer.ts";
import { fail, proxyErrors, type RefusalCode, STATUS } from "./errors.ts";
import { languageOf } from "./language.ts";
import type { Header, Passage } from "./passage.ts";
import { WORDS } from "./words.ts";

const TRACE = "0123456789abcdef";

function passage(headers: readonly Header[] = [], rawTarget = "/meeting/1"): Passage {
  return {
    method: "GET",
    httpVersion: "1.1",
    rawTarget,
    webSocket: false,
    routedHost: "join.example.com",
    source: "192.0.2.1",
    headers: [...headers],
    host: "join.example.com",
    path: "/",
    query: "",
    traceId: TRACE,
  };
}

const headersOf = (answer: ReturnType<typeof answerTo>) => Object.fromEntries(answer.headers);
const down = fail("EDGE_TUNNEL_DOWN", { host: "join.example.com", why: "secret-core.inner refused" });

test("every refusal has a sentence in each language", () => {
  for (const code of Object.keys(STATUS) as RefusalCode[]) {
    assert.ok("guest" in proxyErrors[code], code);
    assert.ok(WORDS["pt-BR"].refusals[code], code);
  }
});

test("a person gets a page with code and trace in their language, a program JSON, and neither a name of the inside", () => {
  const english = answerTo(down, passage([["accept-language", "de, en;q=0.5"]]));
  assert.match(english.body, /<html lang="en">[\s\S]*The meeting service is not reachable from the edge/);
  const portuguese = answerTo(down, passage([["accept-language", "pt-BR,pt;q=0.9,en;q=0.8"]]));
  assert.match(portuguese.body, /<html lang="pt-BR">[\s\S]*não pode ser alcançado a partir da borda/);
  assert.equal(headersOf(portuguese)["content-language"], "pt-BR");
  const api = answerTo(down, passage([], "/api/join"));
  assert.deepEqual(JSON.parse(api.body), {
    error: {
      code: "EDGE_TUNNEL_DOWN",
      message: "The meeting service is not reachable from the edge right now.",
      traceId: TRACE,
    },
  });
  assert.equal(
    headersOf(answerTo(down, passage([["accept", "application/json"]])))["content-type"],
    headersOf(api)["content-type"],
  );
  for (const { body } of [english, portuguese, api]) {
    assert.ok(body.includes("EDGE_TUNNEL_DOWN") && body.includes(TRACE));
    assert.ok(!/secret-core|inner|join\.example/.test(body), body);
  }
});

test("a page of trouble that may pass comes again by itself; a refusal does not", () => {
  assert.match(answerTo(down, passage()).body, /http-equiv="refresh"/);
  assert.equal(headersOf(answerTo(down, passage()))["retry-after"], "5");
  const refused = answerTo(fail("PROXY_MISDIRECTED"), passage());
  assert.ok(!refused.body.includes("refresh"));
  assert.equal(headersOf(refused)["retry-after"], undefined);
});

for (const [accepted, language] of [
  ["", "en"],
  ["pt", "pt-BR"],
  ["pt-PT", "pt-BR"],
  ["PT-br;q=0.1", "pt-BR"],
  ["en-US,en;q=0.9,pt;q=0.8", "en"],
  ["en;q=0.1, pt;q=0.2", "pt-BR"],
  ["pt;q=0, en", "en"],
  ["pt;q=0", "en"],
  ["de, fr, *", "en"],
  ["pt;q=x", "en"],
] as const)
  test(`"${accepted}" is answered in ${language}`, () => assert.equal(languageOf(accepted), language));

test("whatever a browser says of its languages, there is one", () => {
  fc.assert(fc.property(fc.string({ maxLength: 600 }), (text) => ["en", "pt-BR"].includes(languageOf(text))));
});
