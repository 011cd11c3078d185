import assert from "node:assert/strict";
import { test } from "node:test";
import { type Look, plainPaint } from "#terminal";
import { at, changedText, configText, keyPath } from "./config-text.ts";

const look: Look = { paint: plainPaint, width: 80, now: 0 };
test("a key leads into objects and lists; one that is nowhere leads to nothing", () => {
  const value = { joinHosts: [{ host: "a" }, { host: "b" }] };
  assert.deepEqual(keyPath("joinHosts.1.host"), ["joinHosts", 1, "host"]);
  assert.equal(at(value, keyPath("joinHosts.1.host")), "b");
  for (const key of ["joinHosts.7.host", "joinHosts.x", "no.such.key", ""])
    assert.equal(at(value, keyPath(key)), undefined);
});

test("a change is told with what was before, and what waits for a restart", () => {
  const change = { key: "protection.mode", before: "block", after: "observe" };
  assert.equal(changedText({ ...change, said: ["protection"] }, look), "Changed:\n  protection.mode: block -> observe");
  const restart = "admin: changed in the file, but needs a restart";
  assert.equal(
    changedText({ key: "admin.listen", before: undefined, after: [1], said: [restart] }, look),
    `Changed:\n  admin.listen: (default) -> [1]\n  ${restart}`,
  );
  assert.equal(
    changedText({ key: "a.b", before: 1, after: 2, said: ["a.b: 1 -> 2"] }, look),
    "Changed:\n  a.b: 1 -> 2",
  );
  assert.match(changedText({ ...change, said: [] }, look), /^Nothing changed/);
});

test("keys that wait for a restart stand below what holds", () => {
  const answer = { file: "", revision: "", written: {}, holds: {}, needRestart: ["admin"], editable: [] };
  assert.equal(
    configText({ mode: "block" }, answer, look),
    "mode: block\n# admin was changed in the file and waits for a restart",
  );
});
