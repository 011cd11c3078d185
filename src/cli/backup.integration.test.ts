import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { TurnpikeError } from "#base";
import { backup, restore } from "./backup.ts";
import { init } from "./init.ts";
import { createSpace, listSpaces } from "./space.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-cli-"));
after(() => rmSync(folder, { recursive: true }));

async function printed(t: TestContext, run: () => Promise<void>): Promise<string> {
  const log = t.mock.method(console, "log", () => {});
  try {
    await run();
    return log.mock.calls.map(({ arguments: [text] }) => `${text}\n`).join("");
  } finally {
    log.mock.restore();
  }
}

async function deployment(t: TestContext, name: string): Promise<string> {
  const dir = join(folder, name);
  const where = { joinHost: "join.example.com", edgePublic: "192.0.2.1", meetingServer: "127.0.0.1" };
  await printed(t, () => init(dir, { ...where, force: false }));
  return join(dir, "meeting-server", "meeting-server.yaml");
}

test("a space from a template, one with a link for hosts, and all of it moved to another server", async (t) => {
  const config = await deployment(t, "one");
  const lobby = await printed(t, () =>
    createSpace("Review", { config, template: "meeting with LOBBY", passcode: "4711" }),
  );
  assert.match(
    lobby,
    /^Review\n {2}Host\n {4}Link.*\n {4}Meeting ID.* with a passcode\n {4}Passcode {4}\d{6}\n {2}Guest\n/,
  );
  assert.match(lobby, /Passcode {4}4711\n$/);
  const board = await printed(t, () => createSpace("Board", { config, hostLink: true }));
  assert.match(board, /^Board\n {2}Everyone\n(.*\n){2} {2}Host\n/);
  await assert.rejects(createSpace("X", { config, template: "none" }), /there is no template/);
  const all = await printed(t, () => listSpaces({ config }));
  assert.equal(all, `${board}\n${lobby}`);

  const file = join(folder, "all.backup");
  assert.match(
    await printed(t, () => backup(file, { config })),
    /^\S+all\.backup: \d+ objects, \d+ kilobytes\.\nIt holds the key/,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const other = await deployment(t, "two");
  const refused = (error: unknown) => error instanceof TurnpikeError && error.code === "STORAGE_NOT_EMPTY";
  await assert.rejects(restore(file, { config: other }), refused);
  assert.match(
    await printed(t, () => restore(file, { config: other, force: true })),
    /^Restored \d+ objects\. Restart/,
  );
  assert.equal(await printed(t, () => listSpaces({ config: other })), all);
});
