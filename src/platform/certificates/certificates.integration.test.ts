import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createAuthority, createSshKey, fingerprintOf, issueLink, issueServer, writeSecretFile } from "./index.ts";

const ssh2 = createRequire(import.meta.url)("ssh2") as typeof import("ssh2");

const folder = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
after(() => rmSync(folder, { recursive: true }));

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
}

test("ssh-keygen reads the keys, prints the same fingerprint and derives the same public key; ssh2 reads them too", () => {
  for (let i = 0; i < 20; i++) {
    const key = createSshKey(`key-${i}`);
    writeSecretFile(join(folder, "id"), key.privateKey);
    writeFileSync(join(folder, "id.pub"), key.publicKey);
    assert.equal(run("ssh-keygen", "-l", "-f", "id.pub").trim(), `256 ${key.fingerprint} key-${i} (ED25519)`);
    assert.equal(run("ssh-keygen", "-y", "-f", "id"), key.publicKey);
    assert.ok(!(ssh2.utils.parseKey(key.privateKey) instanceof Error));
  }
});

test("a key with leading zero bytes is as good as any", () => {
  for (let i = 0; i < 600; i++) {
    const key = ssh2.utils.parseKey(createSshKey("x").privateKey);
    assert.ok(!(key instanceof Error));
    const text = Buffer.from("signed");
    assert.ok(key.verify(text, key.sign(text) as unknown as Buffer) === true);
  }
});

test("openssl accepts the chain for the name and the address, and for no other name", async () => {
  const authority = await createAuthority("Turnpike test CA");
  const server = await issueServer(authority, { names: ["join.example.com"], addresses: ["192.0.2.1"] });
  writeFileSync(join(folder, "ca.pem"), authority.certificate);
  writeFileSync(join(folder, "web.pem"), server.certificate);
  const verify = (...more: string[]) =>
    run("openssl", "verify", "-x509_strict", "-CAfile", "ca.pem", "-purpose", "sslserver", ...more, "web.pem");
  assert.match(verify("-verify_hostname", "join.example.com"), /OK/);
  assert.match(verify("-verify_ip", "192.0.2.1"), /OK/);
  assert.throws(() => verify("-verify_hostname", "other.example.com"));
});

test("openssl prints the fingerprint that a link is pinned by", async () => {
  const { certificate } = await issueLink("cb1");
  writeFileSync(join(folder, "link.pem"), certificate);
  const printed = run("openssl", "x509", "-in", "link.pem", "-noout", "-fingerprint", "-sha256");
  assert.equal(printed.trim().split("=")[1], fingerprintOf(certificate));
});
