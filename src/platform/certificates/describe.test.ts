import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createAuthority, describeCertificate, issueServer } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
after(() => rmSync(folder, { recursive: true }));
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const authority = await createAuthority("Test authority", NOW);
const server = await issueServer(authority, { names: ["join.example.com"], addresses: ["192.0.2.1"], days: 90 }, NOW);

function file(text: string): string {
  const path = join(folder, "web.pem");
  writeFileSync(path, text);
  return path;
}

test("a certificate is told with names, dates, issuer and the length of its chain", () => {
  const report = describeCertificate("webBridge.certificate", file(server.certificate + authority.certificate), NOW);
  assert.deepEqual(report.names, ["join.example.com", "192.0.2.1"]);
  assert.deepEqual([report.issuer, report.chain, report.problem], ["CN=Test authority", 2, undefined]);
});

test("what will end, has ended, has not begun, or has a broken chain is a problem in words", async () => {
  const other = await createAuthority("Another", NOW);
  const at = (text: string, days: number) => describeCertificate("x", file(text), NOW + days * DAY).problem;
  assert.equal(at(server.certificate, 61), "expires in 28 days");
  assert.match(at(server.certificate, 91)!, /^expired on 2026-/);
  assert.match(at(server.certificate, -2)!, /^not valid before/);
  assert.match(at(server.certificate + other.certificate, 0)!, /certificate 2 did not issue certificate 1/);
});
