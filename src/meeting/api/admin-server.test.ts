import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connect } from "node:tls";
import { addAdministrator, startAdminServer } from "#admin-http";
import { memoryLog, Scope, systemClock } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { testApi } from "./testing/world.ts";

const PASSWORD = "the-right-password";

test("on the administration's own server, clients of CMS are served and the audit trail is kept", async () => {
  await using scope = new Scope();
  const { plugin, events } = await testApi(scope);
  const folder = mkdtempSync(join(tmpdir(), "turnpike-api-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  const file = (name: string) => join(folder, name);
  const authority = await createAuthority("test");
  const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"], days: 1 });
  writeFileSync(file("c.pem"), pair.certificate);
  writeFileSync(file("k.pem"), pair.key);
  await addAdministrator(file("accounts.json"), { name: "ann", role: "admin", password: PASSWORD }, systemClock);
  await addAdministrator(file("accounts.json"), { name: "api", role: "api", password: PASSWORD }, systemClock);
  const config = {
    listen: { address: "127.0.0.1", port: 0 },
    certificate: file("c.pem"),
    key: file("k.pem"),
    accountsFile: file("accounts.json"),
    auditFile: file("audit.log"),
    idleTimeoutMinutes: 30,
  };
  const { port } = await startAdminServer(scope, config, { plugins: [plugin] }, memoryLog());
  const ask = (lines: readonly string[], body = "") =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", ca: authority.certificate }, () =>
        socket.write(`${[...lines, "Host: cms", "Connection: close"].join("\r\n")}\r\n\r\n${body}`),
      );
      let text = "";
      socket.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      socket.on("end", () => resolve(text)).on("error", reject);
    });
  const api = Buffer.from(`api:${PASSWORD}`).toString("base64");

  assert.match(
    await ask(["GET /api/v1/coSpaces HTTP/1.1"]),
    /^HTTP\/1\.1 401 [\s\S]*www-authenticate: Basic realm="acano"/i,
  );
  const page = await ask(["GET /api/v1/coSpaces HTTP/1.1", "Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin"]);
  assert.ok(/^HTTP\/1\.1 401 /.test(page) && !/www-authenticate/i.test(page), "no password window over our own pages");
  const form = "name=From%20CMS";
  const head = [`Authorization: Basic${api}`, "Content-Type: x-www-form-urlencoded", `Content-Length: ${form.length}`];
  assert.match(
    await ask(["POST //api/v1/cospaces/ HTTP/1.1", ...head], form),
    /^HTTP\/1\.1 200 [\s\S]*location: \/api\/v1\/coSpaces\//i,
  );
  const forged = await ask(["POST /api/v1/coSpaces HTTP/1.1", ...head, "Sec-Fetch-Site: cross-site"], form);
  assert.match(forged, /^HTTP\/1\.1 403 [\s\S]*<forgedRequest \/>/);
  assert.match(await ask(["GET /API/v1/coSpaces? HTTP/1.1", `Authorization: Basic ${api}`]), /<coSpaces total="1">/);
  const large = await ask(
    ["POST /api/v1/coSpaces HTTP/1.1", `Authorization: Basic ${api}`, "Content-Length: 10485760"],
    "a",
  );
  assert.match(large, /^HTTP\/1\.1 413 [\s\S]*<requestTooLarge \/>/);
  assert.match(events.lines[0]!.text, /^127\.0\.0\.1: API user "api" created new coSpace [0-9a-f-]{36}$/);
  const ann = Buffer.from(`ann:${PASSWORD}`).toString("base64");
  const audit = await ask(["GET /api/audit HTTP/1.1", `Authorization: Basic ${ann}`]);
  assert.match(audit, /"who":"api"[^}]*"path":"\/api\/v1\/cospaces\/?"[^}]*"status":200/);
});
