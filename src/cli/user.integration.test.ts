import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

const MAIN = resolve(import.meta.dirname, "../main.ts");

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** With that text on its standard input. */
function turnpike(input: string, ...args: string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [MAIN, ...args], { timeout: 60_000 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
    child.stdin!.end(input);
  });
}

test("users are added, listed, given a new password and removed from the command line", async () => {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-user-"));
  try {
    const places = ["--edge-public", "127.0.0.1", "--meeting-server", "127.0.0.1"];
    const made = await turnpike("", "init", join(dir, "d"), "--join-host", "join.example.com", ...places);
    assert.equal(made.code, 0, made.stderr);
    const config = ["--config", join(dir, "d", "meeting-server", "meeting-server.yaml")];
    const user = (input: string, ...args: string[]) => turnpike(input, "user", ...args, ...config);
    const added = await user(
      "correct horse\n",
      "add",
      "ada@example.com",
      "--name",
      "Ada",
      "--email",
      "ada@example.org",
    );
    assert.deepEqual([added.code, added.stderr], [0, ""]);
    const listed = await user("", "list", "--json");
    assert.deepEqual(JSON.parse(listed.stdout), [
      { userJid: "ada@example.com", name: "Ada", email: "ada@example.org", source: "local" },
    ]);
    const again = await user("correct horse\n", "add", "ADA@example.com");
    assert.equal(again.code, 2);
    assert.match(again.stderr, /USER_EXISTS/);
    assert.match((await user("short", "password", "ada@example.com")).stderr, /USER_WEAK_PASSWORD/);
    assert.equal((await user("battery staple", "password", "ada@example.com")).code, 0);
    assert.equal((await user("", "remove", "ada@example.com")).code, 0);
    assert.match((await user("", "list")).stdout, /No users yet/);
    assert.match((await user("", "remove", "ada@example.com")).stderr, /USER_UNKNOWN/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
