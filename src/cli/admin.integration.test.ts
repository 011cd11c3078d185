import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";

const MAIN = resolve(import.meta.dirname, "../main.ts");

/** `turnpike admin ...` with that text on its standard input, for a role's file in a folder of its own. */
function place(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-admin-cli-"));
  context.after(() => rmSync(dir, { recursive: true }));
  const config = join(dir, "role.yaml");
  writeFileSync(config, 'admin: { listen: "127.0.0.1:0", certificate: c.pem, key: c.key }\nother: {}\n');
  const admin = (args: readonly string[], input = "") =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const all = [MAIN, "admin", ...args, "--config", config];
      const child = execFile(process.execPath, all, { timeout: 30_000 }, (error, stdout, stderr) =>
        done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
      );
      child.stdin!.end(input);
    });
  return { dir, admin };
}

test("administrators are added with a password from a pipe, listed and removed; what was done is in the trail", async (context) => {
  const { dir, admin } = place(context);
  assert.match((await admin(["list"])).stdout, /No administrators yet/);
  const added = await admin(["add", "ann", "--role", "admin"], "a-long-password\n");
  assert.deepEqual([added.code, added.stderr], [0, ""]);
  assert.match(added.stdout, /Administrator ann \(admin\) is kept in .*secrets\/administrators\.json/);
  await admin(["add", "rob", "--role", "api"], "a-long-password\n");
  assert.match((await admin(["list"])).stdout, /ann +admin +password +20.*\n.*rob +api/);
  assert.equal((await admin(["password", "rob"], "another-password\n")).code, 0);
  assert.equal((await admin(["totp-reset", "ann"])).code, 0);
  const last = await admin(["remove", "ann"]);
  assert.deepEqual([last.code, /\[ADMIN_LAST\]/.test(last.stderr)], [2, true]);
  assert.equal((await admin(["remove", "rob"])).code, 0);
  const trail = readFileSync(join(dir, "audit.log"), "utf8");
  assert.equal(statSync(join(dir, "audit.log")).mode & 0o777, 0o600);
  assert.deepEqual(
    trail
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).path),
    ["add ann (admin)", "add rob (api)", "password of rob", "totp-reset of ann", "remove rob"].map(
      (what) => `turnpike admin: ${what}`,
    ),
  );
  assert.doesNotMatch(trail + readFileSync(join(dir, "secrets/administrators.json"), "utf8"), /a-long|another/);
});

test("no password, a weak one, a bad role and a taken name are errors of the caller", async (context) => {
  const { admin } = place(context);
  const add = (name: string, input: string, role = "admin") => admin(["add", name, "--role", role], input);
  for (const [answer, code] of [
    [await add("ann", ""), /PASSWORD_MISSING/],
    [await add("ann", "tiny-pwd\n"), /ADMIN_PASSWORD_WEAK/],
    [await add("ann", "a-long-password\n", "king"), /Allowed choices are admin, api, read-only/],
    [await admin(["add", "ann"], "a-long-password\n"), /--role/],
  ] as const) {
    assert.equal(answer.code, 2, answer.stderr);
    assert.match(answer.stderr, code);
    assert.doesNotMatch(answer.stderr, /tiny-pwd|a-long/);
  }
});
