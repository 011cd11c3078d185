import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, plainPaint } from "#terminal";
import { flushText, lookupText } from "./dns.ts";
import { trustText } from "./trust.ts";

const NOW = Date.UTC(2026, 0, 1);
const look: Look = { paint: plainPaint, width: 80, now: NOW };

test("a look-up shows where it came from, and says when a name leads to the edge", () => {
  const records = [{ name: "wb.example.com", type: "A", ttl: 30, data: "203.0.113.10" }] as const;
  const answer = { name: "wb.example.com", type: "A", records, from: { server: "10.0.0.53:53" }, edges: [] } as const;
  assert.equal(
    lookupText(answer, look),
    "A wb.example.com, from 10.0.0.53:53\n  name            type  lives  data\n  wb.example.com  A      30 s  203.0.113.10",
  );
  assert.match(lookupText({ ...answer, edges: ["203.0.113.10"] }, look), /203\.0\.113\.10 is the edge/);
  assert.match(flushText(1), /1 answer was forgotten/);
});

test("what a stranger wrote into a certificate does not steer the terminal", () => {
  const one = { fingerprint: "AB:CD:EF:01:23:45:67:89:AA", subject: "CN=\u001b[2Jx", validTo: NOW };
  assert.equal(trustText("web-bridge", [one], look).includes("\u001b"), false);
  assert.match(trustText("call-bridge", [], look), /turnpike call-bridge trust add FILE/);
});
