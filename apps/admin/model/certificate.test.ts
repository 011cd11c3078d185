import assert from "node:assert/strict";
import { test } from "node:test";
import type { CertificateProblem, CertificateRow } from "./answers.ts";
import { certificateMark, certificateRows, commonName, isPem } from "./certificate.ts";

const problem = (code: CertificateProblem["code"]): CertificateProblem => ({ code, text: "t", remedy: "r" });

test("what keeps nobody out yet is a warning, the rest is bad", () => {
  assert.equal(certificateMark({ problems: [] }), "good");
  assert.equal(certificateMark({ problems: [problem("expires-soon")] }), "waiting");
  assert.equal(certificateMark({ problems: [problem("expires-soon"), problem("name-missing")] }), "bad");
});

test("what a meeting server tells of its files is shown as a row without a chain", () => {
  const file = { use: "admin.certificate", file: "/a.pem", subject: "CN=a", issuer: "CN=ca", names: ["a"] };
  const dates = {
    validFrom: 0,
    validTo: 90 * 86_400_000,
    fingerprint: "AB:CD",
    chain: 1,
    problem: "expires in 2 days",
  };
  const [row, unread, whole] = certificateRows(
    [
      { ...file, ...dates },
      { use: "x", file: "/x.pem", problem: "cannot be read" },
      { use: "web", problems: [] } as unknown as CertificateRow,
    ],
    88 * 86_400_000,
  );
  assert.deepEqual([row?.daysLeft, row?.problems[0]?.text, row?.chain], [2, "expires in 2 days", []]);
  assert.deepEqual([unread?.subject, unread?.problems[0]?.text], ["", "cannot be read"]);
  assert.deepEqual(whole, { use: "web", problems: [] });
});

test("a subject is told by its common name", () => {
  assert.equal(commonName("O=Example, CN=join.example.com"), "join.example.com");
  assert.equal(commonName("CN = a"), "a");
  assert.equal(commonName("O=Only"), "O=Only");
});

test("a PEM is recognised by its own kind", () => {
  const certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";
  const key = "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----";
  assert.ok(isPem(certificate, "CERTIFICATE") && !isPem(certificate, "KEY"));
  assert.ok(isPem(key, "KEY") && !isPem(key, "CERTIFICATE"));
  assert.ok(!isPem("", "CERTIFICATE"));
});
