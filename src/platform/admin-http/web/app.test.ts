import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { adminWorld, basic, refusal } from "../testing/admin-world.ts";

const HTML = { accept: "text/html,*/*" };

/** A built app of two files. */
function built(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-app-"));
  context.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), "<title>app</title>");
  writeFileSync(join(folder, "assets", "main-Ab12Cd34.js"), "export {}");
  writeFileSync(join(folder, ".hidden"), "hidden");
  return folder;
}

test("the app is given to everybody, may talk to its own server alone, and its hashed files are kept for ever", async (context) => {
  const { ask } = await adminWorld(context, { sources: { app: { folder: built(context) } } });
  for (const path of ["/", "/configuration/spaces/1", "/status?x=1", "/apicture"]) {
    const page = await ask(path, { headers: HTML });
    assert.deepEqual([page.status, page.body, page.headers["cache-control"]], [200, "<title>app</title>", "no-cache"]);
    const policy = page.headers["content-security-policy"] as string;
    for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
      assert.ok(policy.split("; ").includes(part), part);
    assert.doesNotMatch(policy, /unsafe/);
  }
  const script = await ask("/assets/main-Ab12Cd34.js");
  assert.equal(script.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(script.headers["x-content-type-options"], "nosniff");
});

test("what is none of the app's stays closed: routes, missing files, hidden files, files elsewhere", async (context) => {
  const { ask } = await adminWorld(context, { sources: { app: { folder: built(context) } } });
  for (const path of ["/api/unheard", "/api", "/metrics"])
    assert.deepEqual(refusal(await ask(path, { headers: HTML })), [401, "ADMIN_SIGN_IN"], path);
  assert.equal((await ask("/api/unheard", { headers: HTML, auth: basic() })).status, 404);
  for (const path of ["/assets/missing.js", "/.hidden", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%ff"])
    assert.ok([400, 401, 403, 404].includes((await ask(path)).status), path);
  assert.equal((await ask("/configuration", { method: "POST", headers: HTML })).status, 401);
});

test("without a build the server runs and says what to do", async (context) => {
  const { ask, log } = await adminWorld(context, { sources: { app: { folder: join(tmpdir(), "no-such-build") } } });
  assert.ok(log.lines.some(({ fields }) => fields.code === "ADMIN_NO_APP"));
  for (const path of ["/", "/status"]) {
    const { status, body, headers } = await ask(path, { headers: HTML });
    assert.deepEqual([status, headers["content-type"]], [503, "text/plain; charset=utf-8"], path);
    assert.match(body, /have not been built.* npm run build\n$/);
  }
  assert.deepEqual(refusal(await ask("/api/unheard", { headers: HTML })), [401, "ADMIN_SIGN_IN"]);
});
