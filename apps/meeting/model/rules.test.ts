import assert from "node:assert/strict";
import { test } from "node:test";
import { forbidden, isHost, NO_RULES, rulesOf } from "./rules.ts";

test("rules come under the names of a call leg profile", () => {
  const rules = rulesOf(JSON.stringify({ callLockAllowed: true, rxAudioMute: true, muteSelfAllowed: false }));
  assert.deepEqual(rules, { ...NO_RULES, lock: true, micHeld: true, unmuteSelf: false });
});

test("what is no rule changes nothing", () => {
  for (const told of [undefined, "", "null", "[1]", "{", '{"callLockAllowed":"yes"}'])
    assert.deepEqual(rulesOf(told), NO_RULES, told);
});

test("a device is forbidden only while it is held and one may not take it back", () => {
  const held = { ...NO_RULES, micHeld: true, cameraHeld: true, share: false };
  assert.equal(forbidden(held, "mic"), undefined);
  assert.equal(forbidden({ ...held, unmuteSelf: false }, "mic"), "unmute");
  assert.equal(forbidden({ ...NO_RULES, unmuteSelf: false }, "mic"), undefined);
  assert.equal(forbidden({ ...held, startOwnVideo: false }, "camera"), "camera");
  assert.equal(forbidden(held, "screen"), "share");
});

test("whoever may steer the meeting is a host", () => {
  assert.equal(isHost(NO_RULES), false);
  assert.equal(isHost({ ...NO_RULES, endForAll: true }), true);
});
