import assert from "node:assert/strict";
import { test } from "node:test";
import type { SelftestResult } from "#turn-client";
import { judge, type Presented } from "./checks/certificate.ts";
import { judgeRelays } from "./checks/relays.ts";

const NOW = Date.parse("2026-06-15T12:00:00Z");
const SHOWN: Presented = {
  ...{ problem: undefined, names: "join.example.com", issuer: "An Authority", count: 2, protocol: "TLSv1.3" },
  validFrom: new Date("2026-01-01"),
  validTo: new Date("2026-12-31"),
};
const judged = (shown: Partial<Presented>) => judge({ ...SHOWN, ...shown }, "join.example.com", NOW);

test("a good certificate is told with its names and how long it lasts", () => {
  assert.deepEqual(judged({}), { state: "good", says: "join.example.com; until 2026-12-31 (198 days), TLSv1.3" });
});

test("a certificate that ends soon is a warning", () => {
  const finding = judged({ validTo: new Date("2026-06-20T12:00:00Z") });
  assert.equal(finding.state, "warn");
  assert.match(finding.state === "warn" ? finding.error.message : "", /ends in 5 days, on 2026-06-20/);
});

for (const [problem, code] of [
  ["CERT_HAS_EXPIRED", "DOCTOR_CERTIFICATE_DATES"],
  ["CERT_NOT_YET_VALID", "DOCTOR_CERTIFICATE_DATES"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "DOCTOR_CERTIFICATE_NAME"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "DOCTOR_CERTIFICATE_UNTRUSTED"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "DOCTOR_CERTIFICATE_UNTRUSTED"],
] as const)
  test(`${problem} is ${code}`, () => assert.throws(() => judged({ problem }), { code }));

const EDGE = "192.0.2.1";
const relay = (address: string, port: number, state: "reached" | "not-reached" | "not-tried"): SelftestResult => ({
  target: { server: { address: EDGE, port: 3478 }, transport: "udp" },
  allocation: {
    ...{ state: "made", rttMs: 12.34, mapped: { address: "198.51.100.7", port: 5000 } },
    relayed: { address, port },
  },
  relay: state === "reached" ? { state, by: "packet" } : { state, why: "" },
});

test("relays that are reached are told with round trip and how this machine looks from there", () => {
  const finding = judgeRelays([relay(EDGE, 24_000, "reached"), relay(EDGE, 24_007, "reached")], EDGE);
  assert.deepEqual(finding, { state: "good", says: `2 reached at ${EDGE}; 12.3 ms; you look like 198.51.100.7` });
});

test("relays that are told to be elsewhere, or behind a firewall", () => {
  assert.throws(() => judgeRelays([relay("10.0.2.2", 24_000, "reached")], EDGE), { code: "DOCTOR_RELAY_ADDRESS" });
  assert.throws(() => judgeRelays([relay(EDGE, 24_000, "reached"), relay(EDGE, 24_007, "not-reached")], EDGE), {
    code: "DOCTOR_RELAY_CLOSED",
    message: "of 2 relays these were not reached from here: UDP 24007",
  });
});

test("credentials that may not send here leave the question open", () => {
  assert.equal(judgeRelays([relay(EDGE, 24_000, "not-tried")], EDGE).state, "not-checked");
});

test("an allocation that is refused keeps the code of whoever refused it", () => {
  const failed: SelftestResult = {
    target: { server: { address: EDGE, port: 3478 }, transport: "udp" },
    allocation: { state: "failed", code: "TURN_CLIENT_UNAUTHORIZED", why: "no", remedy: "set it" },
    relay: { state: "not-tried", why: "" },
  };
  assert.throws(() => judgeRelays([failed], EDGE), { code: "TURN_CLIENT_UNAUTHORIZED", remedy: "set it" });
});
