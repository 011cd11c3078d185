import assert from "node:assert/strict";
import { test } from "node:test";
import { plainPaint } from "#terminal";
import type { Line } from "./contract.ts";
import { reportText } from "./report.ts";

const LOOK = { paint: plainPaint, width: 100, now: 0 };
const line = (title: string, state: Line["state"], says: string, more: Partial<Line> = {}): Line => ({
  ...{
    check: title.toLowerCase(),
    title,
    state,
    says,
    address: "192.0.2.1",
    code: undefined,
    remedy: undefined,
    ms: 3,
  },
  ...more,
});

test("a table for each address, then each remedy once, then the sum", () => {
  const closed = { code: "DOCTOR_PORT_CLOSED", remedy: "open it" };
  const text = reportText(
    "join.example.com",
    [
      line("DNS", "good", "192.0.2.1, 192.0.2.2", { address: undefined }),
      line("TCP 443", "bad", "closed", closed),
      line("Relays", "not-checked", "takes credentials", { remedy: "give some" }),
      line("TCP 443", "bad", "closed", { ...closed, address: "192.0.2.2" }),
      line("Certificate", "warn", "ends soon", {
        address: "192.0.2.2",
        code: "DOCTOR_CERTIFICATE_ENDS",
        remedy: "renew",
      }),
    ],
    LOOK,
  );
  assert.equal(
    text,
    `join.example.com
  DNS  ok  3 ms  192.0.2.1, 192.0.2.2

192.0.2.1
  TCP 443  failed       3 ms  closed
  Relays   not checked        takes credentials

192.0.2.2
  TCP 443      failed   3 ms  closed
  Certificate  warning  3 ms  ends soon

TCP 443: open it [DOCTOR_PORT_CLOSED]

Relays: give some

Certificate: renew [DOCTOR_CERTIFICATE_ENDS]

2 of 5 failed; 1 warning, 1 not checked.`,
  );
});

test("nothing failed is one line", () => {
  assert.match(reportText("join.example.com", [line("DNS", "good", "192.0.2.1")], LOOK), /\n\nNothing failed\.$/);
});
