import assert from "node:assert/strict";
import { test } from "node:test";
import { ruleBody, ruleDraft, ruleProblems, toggled } from "./allow-rule.ts";
import type { AllowRuleView } from "./answers.ts";

test("a new rule is exact with the default methods, and says what is missing", () => {
  const draft = ruleDraft(undefined);
  assert.deepEqual(ruleProblems(draft), ["description", "url"]);
  const full = { ...draft, description: " Reports ", url: " https://join.example.com/reports/ " };
  assert.deepEqual(ruleProblems(full), []);
  assert.deepEqual(ruleBody(full), {
    ...{ description: "Reports", url: "https://join.example.com/reports/" },
    ...{ match: "exact", methods: "default", enabled: true },
  });
});

test("only https and wss URLs are taken", () => {
  const of = (url: string) => ruleProblems({ ...ruleDraft(undefined), description: "x", url });
  for (const url of ["https://a", "wss://a:8443/x"]) assert.deepEqual(of(url), [], url);
  for (const url of ["", "http://a", "a/b", "https://", "https:// a", "https://a:99999/"])
    assert.deepEqual(of(url), ["url"], url);
});

test("chosen methods stay in their order, and none at all is a problem", () => {
  const draft = ruleDraft({ defaultMethods: false, methods: ["PUT"] } as unknown as AllowRuleView);
  assert.deepEqual(toggled(draft.methods!, "GET"), ["GET", "PUT"]);
  assert.deepEqual(toggled(["GET", "PUT"], "GET"), ["PUT"]);
  assert.deepEqual(toggled(["PROPFIND"], "GET"), ["GET", "PROPFIND"]);
  assert.ok(ruleProblems({ ...draft, description: "x", url: "https://a", methods: [] }).includes("methods"));
});

test("a rule with the defaults stays one, however many methods they are", () => {
  const draft = ruleDraft({ defaultMethods: true, methods: ["GET", "POST"] } as unknown as AllowRuleView);
  assert.equal(draft.methods, undefined);
});
