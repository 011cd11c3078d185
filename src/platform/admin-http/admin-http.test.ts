import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { hashPassword, startAdminServer } from "./index.ts";

const page = {
  title: "Turnpike <test>",
  faults: ["a fault"],
  sections: [{ title: "Spaces", columns: ["Name"], rows: [["<b>x"]], empty: "none" }],
};

async function adminServer(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-admin-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true });
  });
  const authority = await createAuthority("test");
  const pair = await issueServer(authority, { names: ["localhost"], addresses: ["127.0.0.1"], days: 1 });
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const config = {
    listen: { address: "127.0.0.1", port: 0 },
    certificate: file("c.pem", pair.certificate),
    key: file("k.pem", pair.key),
    users: [{ username: "admin", passwordHashFile: file("h", await hashPassword("right")) }],
  };
  const log = memoryLog();
  const { port } = await startAdminServer(scope, config, () => page, log);
  const get = (path: string, auth?: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const call = request({
        host: "127.0.0.1",
        port,
        path,
        ca: authority.certificate,
        servername: "localhost",
        ...(auth ? { auth } : {}),
      });
      call.on("response", (response) => {
        let body = "";
        response.on("data", (chunk) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode!, body }));
      });
      call.on("error", reject);
      call.end();
    });
  return { get, log };
}

test("an administrator sees the status as a page and as JSON, escaped", async (context) => {
  const { get } = await adminServer(context);
  const { status, body } = await get("/", "admin:right");
  assert.equal(status, 200);
  assert.match(body, /a fault/);
  assert.doesNotMatch(body, /<b>x/);
  assert.deepEqual(JSON.parse((await get("/api/status", "admin:right")).body), page);
});

test("nobody else sees anything, and a refused password is logged without it", async (context) => {
  const { get, log } = await adminServer(context);
  for (const auth of [undefined, "admin:wrong", "nobody:right", "admin:"])
    assert.equal((await get("/", auth)).status, 401);
  assert.ok(log.lines.some((line) => line.event === "sign-in to the administration refused"));
  assert.doesNotMatch(JSON.stringify(log.lines), /wrong|right/);
});

test("a source that keeps trying is stopped, whatever it then sends", async (context) => {
  const { get } = await adminServer(context);
  const answers = await Promise.all(Array.from({ length: 61 }, () => get("/")));
  assert.equal(answers.filter((answer) => answer.status === 429).length, 1);
  assert.equal((await get("/", "admin:right")).status, 429);
});
