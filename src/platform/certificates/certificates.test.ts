import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { connect, createServer } from "node:tls";
import { TurnpikeError } from "#base";
import {
  createAuthority,
  createSshKey,
  fingerprintOf,
  issueLink,
  issueServer,
  loadCertificates,
  loadPair,
  readSecretFile,
  sshFingerprintOf,
  writeSecretFile,
} from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
after(() => rmSync(folder, { recursive: true }));

const DAY_MS = 86_400_000;
const authority = await createAuthority("Turnpike test CA");
const server = await issueServer(authority, { names: ["join.example.com"], addresses: ["127.0.0.1", "::1"] });

function saved(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function failure(run: () => unknown): TurnpikeError {
  try {
    run();
  } catch (error) {
    if (error instanceof TurnpikeError) return error;
    throw error;
  }
  return assert.fail("nothing was thrown");
}

test("a client that trusts the authority reaches a server by the name and the addresses it was issued for", async () => {
  const listener = createServer({ cert: server.certificate, key: server.key }).listen(0, "127.0.0.1");
  await new Promise((resolve) => listener.once("listening", resolve));
  const { port } = listener.address() as AddressInfo;
  const reach = (servername: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, ca: authority.certificate, servername }, () => done("ok"));
      const done = (text: string) => {
        socket.destroy();
        resolve(text);
      };
      socket.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    });
  assert.equal(await reach("join.example.com"), "ok");
  assert.equal(await reach(""), "ok");
  assert.equal(await reach("other.example.com"), "ERR_TLS_CERT_ALTNAME_INVALID");
  listener.close();
});

test("a web certificate lives at most 397 days, whatever was asked", async () => {
  const { certificate } = await issueServer(authority, { names: ["a.example"], days: 4000 });
  const parsed = new X509Certificate(certificate);
  assert.equal((parsed.validToDate.getTime() - parsed.validFromDate.getTime()) / DAY_MS, 397);
});

test("link certificates of the same name differ in their fingerprint", async () => {
  const [one, other] = [await issueLink("cb1"), await issueLink("cb1")];
  assert.match(fingerprintOf(one.certificate), /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.notEqual(fingerprintOf(one.certificate), fingerprintOf(other.certificate));
});

test("a pair that belongs together is loaded", () => {
  const pair = loadPair(saved("web.pem", server.certificate), saved("web.key", server.key));
  assert.deepEqual(pair, server);
});

test("the key of another certificate is refused with both files named", () => {
  const [file, keyFile] = [saved("web.pem", server.certificate), saved("other.key", authority.key)];
  const error = failure(() => loadPair(file, keyFile));
  assert.equal(error.code, "CERTIFICATE_KEY_MISMATCH");
  assert.ok(error.message.includes(file) && error.message.includes(keyFile));
});

test("an expired certificate is refused with the day, and so is one from the future", () => {
  const files = [saved("web.pem", server.certificate), saved("web.key", server.key)] as const;
  const expired = failure(() => loadPair(...files, Date.now() + 400 * DAY_MS));
  assert.equal(expired.code, "CERTIFICATE_EXPIRED");
  assert.match(expired.message, /expired at \d{4}-\d\d-\d\d/);
  assert.equal(failure(() => loadPair(...files, Date.now() - DAY_MS)).code, "CERTIFICATE_NOT_YET_VALID");
});

test("missing files and files without PEM are named", () => {
  const [pem, key, junk] = [saved("web.pem", server.certificate), saved("web.key", server.key), saved("junk", "junk")];
  const code = (run: () => unknown) => failure(run).code;
  assert.equal(
    code(() => loadPair(join(folder, "none"), key)),
    "CERTIFICATE_UNREADABLE",
  );
  assert.equal(
    code(() => loadPair(junk, key)),
    "CERTIFICATE_UNREADABLE",
  );
  assert.equal(
    code(() => loadPair(pem, join(folder, "none"))),
    "CERTIFICATE_KEY_UNREADABLE",
  );
  assert.equal(
    code(() => loadPair(pem, junk)),
    "CERTIFICATE_KEY_UNREADABLE",
  );
  assert.equal(
    code(() => loadCertificates(junk)),
    "CERTIFICATE_UNREADABLE",
  );
});

test("a file may hold several certificates to trust", () => {
  const file = saved("bundle.pem", `# two\n${server.certificate}\n${authority.certificate}`);
  assert.deepEqual(
    loadCertificates(file).map(fingerprintOf),
    [server, authority].map((p) => fingerprintOf(p.certificate)),
  );
});

test("a secret file is its owner's alone, leaves no draft behind and is read without its line end", () => {
  const file = join(folder, "secrets", "turn");
  writeSecretFile(file, "first\n");
  writeSecretFile(file, "second\n");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(join(folder, "secrets")), ["turn"]);
  assert.equal(readSecretFile(file), "second");
  assert.equal(failure(() => readSecretFile(saved("empty", "\n"))).code, "CERTIFICATE_SECRET_UNREADABLE");
});

test("the fingerprint of an SSH key follows from its public line, and other lines have none", () => {
  const key = createSshKey("tunnel-core");
  assert.match(key.publicKey, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43} tunnel-core\n$/);
  assert.equal(sshFingerprintOf(key.publicKey), key.fingerprint);
  for (const line of ["", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAA"])
    assert.equal(sshFingerprintOf(line), undefined);
});
