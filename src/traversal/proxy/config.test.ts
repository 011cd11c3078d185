import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePrefix } from "#base";
import { webLimitsSection, webSection } from "./config.ts";
import { LIVE_LIMITS, PROXY_LIMITS } from "./limits.ts";
import { protectionRules, protectionSection } from "./protection/config.ts";
import { PROTECTION_RULES } from "./protection/rules.ts";

test("limits that the file leaves out are the delivered ones, and each of those lies in its own range", () => {
  assert.deepEqual(webLimitsSection.parse(undefined), PROXY_LIMITS);
  assert.deepEqual(webLimitsSection.parse(PROXY_LIMITS), PROXY_LIMITS);
  assert.equal(webLimitsSection.parse({ requestsPerSecond: 7 }).requestsPerSecond, 7);
});

test("a limit of nothing, of too much, or of another name is refused", () => {
  for (const limits of [
    { headersMs: 0 },
    { connections: -1 },
    { bodyBytes: 1e12 },
    { requestsPerSecond: 0.5 },
    { x: 1 },
  ])
    assert.ok(!webLimitsSection.safeParse(limits).success, JSON.stringify(limits));
});

test("without a word on balancers nobody may say who comes, and protection blocks", () => {
  const web = webSection.parse({ certificate: "a.pem", key: "a.key" });
  assert.deepEqual(web.proxyProtocol.from, []);
  assert.deepEqual(protectionRules(protectionSection.parse(undefined)), PROTECTION_RULES);
});

test("the longest block is never shorter than the first", () => {
  const section = protectionSection.parse({ firstBlockSeconds: 600, lastBlockSeconds: 60, exempt: ["10.0.0.0/8"] });
  const rules = protectionRules(section);
  assert.equal(rules.lastBlockMs, 600_000);
  assert.deepEqual(rules.exempt, [parsePrefix("10.0.0.0/8")]);
});

test("limits that can be taken over while the edge runs are limits", () => {
  for (const key of LIVE_LIMITS) assert.ok(key in PROXY_LIMITS);
});
