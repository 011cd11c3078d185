import assert from "node:assert/strict";
import { test } from "node:test";
import { problemError } from "./problem.ts";
import { renewAt, retryAfterMs, waitMs } from "./schedule.ts";

const MINUTE = 60_000;

test("waits grow from a minute to six hours, and five tries at most fall into the first hour", () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => waitMs(failures, 0, 0) / MINUTE);
  assert.deepEqual(waits, [1, 3, 9, 27, 81, 243, 360, 360]);
  assert.equal(waitMs(1, 0, 1), 1.2 * MINUTE);
});

test("a server that asks for patience gets it, up to a week", () => {
  assert.equal(waitMs(1, 90 * MINUTE, 0), 90 * MINUTE);
  assert.equal(waitMs(1, Number.MAX_SAFE_INTEGER, 0), 7 * 24 * 60 * MINUTE);
});

test("Retry-After is read as seconds or as a date, and anything else is nothing", () => {
  const now = Date.UTC(2026, 0, 1);
  assert.equal(retryAfterMs("120", now), 120_000);
  assert.equal(retryAfterMs("Thu, 01 Jan 2026 01:00:00 GMT", now), 60 * MINUTE);
  for (const header of ["soon", "-5", "", "1e9", "Thu, 01 Jan 2025 01:00:00 GMT", undefined, ["1"]])
    assert.equal(retryAfterMs(header, now), 0);
});

test("a certificate is renewed when a third of its life is left", () => {
  const leaf = { validFromDate: new Date(0), validToDate: new Date(90) };
  assert.equal(renewAt(leaf), 60);
});

test("what an ACME server complains of becomes an error with a remedy, whatever it is", () => {
  const code = (type: unknown, name?: string) => problemError({ type, detail: "why" }, name).code;
  const urn = (kind: string) => `urn:ietf:params:acme:error:${kind}`;
  assert.equal(code(urn("dns"), "a.example"), "CERTIFICATE_ACME_DNS");
  assert.equal(code(urn("caa"), "a.example"), "CERTIFICATE_ACME_CAA");
  assert.equal(code(urn("connection"), "a.example"), "CERTIFICATE_ACME_NO_ANSWER");
  assert.equal(code(urn("unauthorized"), "a.example"), "CERTIFICATE_ACME_WRONG_ANSWER");
  assert.equal(code(urn("unauthorized")), "CERTIFICATE_ACME_REFUSED");
  assert.equal(code(urn("rejectedIdentifier")), "CERTIFICATE_ACME_NAME_REFUSED");
  for (const type of [undefined, 7, "about:blank", urn("toString"), urn("__proto__")])
    assert.equal(code(type), "CERTIFICATE_ACME_REFUSED");
});

test("details are cut and steer no terminal", () => {
  const { message } = problemError({ detail: `\u001b[2J${"x".repeat(5000)}`, subproblems: [null, { detail: 3 }] });
  assert.ok(message.length < 500 && !message.includes("\u001b"));
});
