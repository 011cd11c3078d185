import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { certificateRoutes, createAuthority, fingerprintOf, issueServer, openCertificateStore } from "#certificates";
import { startControl } from "#control";

const MAIN = resolve(import.meta.dirname, "../../main.ts");
const dir = mkdtempSync(join(tmpdir(), "turnpike-certificates-"));
const file = (name: string) => join(dir, name);
const put = (name: string, text: string) => {
  writeFileSync(file(name), text);
  return file(name);
};
const scope = new Scope();
after(async () => {
  await scope.close();
  rmSync(dir, { recursive: true });
});

const authority = await createAuthority("Test authority");
const NAMES = ["join.example.com"];
const [one, two] = [await issueServer(authority, { names: NAMES }), await issueServer(authority, { names: NAMES })];
const source = { from: "files", certificate: put("web.pem", one.certificate), key: put("web.key", one.key) } as const;
const ca = put("ca.pem", authority.certificate);
const store = await openCertificateStore(scope, { uses: { web: { source, names: NAMES, ca } }, log: memoryLog() });
const config = put("role.yaml", "control: { socket: control.sock }\njoinHosts: [join.example.com]\n");
await startControl(scope, { socket: file("control.sock") }, { routes: certificateRoutes(store) }, memoryLog());

function turnpike(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const command = [MAIN, "certificates", ...args, "--config", config];
    execFile(process.execPath, command, { timeout: 30_000 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}

test("whatever role the file is of, its certificates are listed", async () => {
  const { code, stdout } = await turnpike();
  assert.match(stdout, /web {2}good {3}join\.example\.com {2}\d{4}-\d\d-\d\d/);
  assert.equal(code, 0);
  assert.equal(JSON.parse((await turnpike("--json")).stdout)[0].fingerprint, fingerprintOf(one.certificate));
});

test("files are installed and read again, and what is refused says why", async () => {
  const certificate = put("new.pem", two.certificate);
  const refused = await turnpike("install", "web", certificate, source.key);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /CERTIFICATE_KEY_MISMATCH|not the key of the certificate/);
  const done = await turnpike("install", "web", certificate, put("new.key", two.key));
  assert.equal(done.code, 0, done.stderr);
  assert.deepEqual(store.pair("web"), two);
  assert.match((await turnpike("renew", "web")).stdout, /web {2}good/);
  assert.equal((await turnpike("renew", "nothing")).code, 2);
});

test("a request is printed alone, and what an authority makes of it is installed without a key", async () => {
  const request = put("web.csr", (await turnpike("request", "web")).stdout);
  const key = put("ca.key", authority.key);
  const sign = ["x509", "-req", "-in", request, "-CA", ca, "-CAkey", key, "-days", "90", "-copy_extensions", "copy"];
  execFileSync("openssl", [...sign, "-out", file("signed.pem")], { stdio: "pipe" });
  assert.match((await turnpike()).stdout, /a request waits for its certificate: .*web\.pem\.request/);
  const { code, stderr } = await turnpike("install", "web", file("signed.pem"));
  assert.equal(code, 0, stderr);
  assert.equal(fingerprintOf(store.pair("web").certificate), fingerprintOf(readFileSync(file("signed.pem"), "utf8")));
});
