import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnosticBody, diagnosticDraft, diagnosticProblems } from "./diagnostic-form.ts";

test("as it is offered, everything is collected for an hour", () => {
  const draft = diagnosticDraft(["proxy", "turn"]);
  assert.deepEqual(diagnosticProblems(draft), []);
  assert.deepEqual(diagnosticBody(draft), {
    ...{ modules: ["proxy", "turn"], capture: true, addresses: [], ports: [], snaplen: 262_144, minutes: 60 },
  });
});

test("filters are lists; without packets they are not sent", () => {
  const draft = { ...diagnosticDraft(["proxy"]), addresses: "10.0.0.5, guest.example.com", ports: "443 ,3478" };
  assert.deepEqual(diagnosticBody(draft).addresses, ["10.0.0.5", "guest.example.com"]);
  assert.deepEqual(diagnosticBody(draft).ports, [443, 3478]);
  assert.deepEqual(diagnosticBody({ ...draft, capture: false }).ports, undefined);
});

test("no module and a port that is none are told", () => {
  const draft = diagnosticDraft([]);
  assert.deepEqual(diagnosticProblems(draft), ["modules"]);
  for (const ports of ["0", "65536", "http", "443-445"])
    assert.deepEqual(diagnosticProblems({ ...draft, modules: ["proxy"], ports }), ["ports"], ports);
});
