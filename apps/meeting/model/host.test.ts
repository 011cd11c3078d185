import assert from "node:assert/strict";
import { test } from "node:test";
import { actionsOn, newlyWaiting } from "./host.ts";
import { noticesBetween } from "./notices.ts";
import type { Person } from "./people.ts";
import { OPEN_ROOM } from "./room-state.ts";
import { NO_RULES } from "./rules.ts";

const HOST = { ...NO_RULES, lock: true, endForAll: true, remove: true, muteOthers: true, stopOthersVideo: true };
const anna: Person = {
  id: "guest-1",
  name: "Anna",
  isSelf: false,
  isHost: false,
  speaking: false,
  micOn: true,
  camera: { id: "1", attach: () => () => {} },
  lastSpokeAt: 0,
  joinedAt: 0,
  poorConnection: false,
};
const { camera: _, ...dark } = anna;

test("a host may do all to others, and what has no object is not offered", () => {
  assert.deepEqual(actionsOn(anna, HOST), ["mute", "stopVideo", "makeHost", "toLobby", "remove"]);
  assert.deepEqual(actionsOn({ ...dark, micOn: false, isHost: true }, HOST), ["toLobby", "remove"]);
});

test("nobody is offered anything for oneself, nor what the rules do not allow", () => {
  assert.deepEqual(actionsOn({ ...anna, isSelf: true }, HOST), []);
  assert.deepEqual(actionsOn(anna, NO_RULES), []);
  assert.deepEqual(actionsOn(anna, { ...NO_RULES, muteOthers: true }), ["mute"]);
});

test("what a host does to one is told, and whether one may undo it", () => {
  const known = { rules: NO_RULES, room: OPEN_ROOM };
  const muted = { ...known, rules: { ...NO_RULES, micHeld: true } };
  const held = { ...known, rules: { ...NO_RULES, micHeld: true, unmuteSelf: false } };
  assert.deepEqual(noticesBetween(known, known), []);
  assert.deepEqual(noticesBetween(known, muted), ["mutedByHost"]);
  assert.deepEqual(noticesBetween(known, held), ["mutedForGood"]);
  assert.deepEqual(noticesBetween(held, muted), ["mayUnmute"]);
  assert.deepEqual(noticesBetween(muted, known), []);
  const all = { rules: { ...HOST, cameraHeld: true, share: false }, room: { ...OPEN_ROOM, locked: true } };
  assert.deepEqual(noticesBetween(known, all), ["videoStopped", "shareForbidden", "madeHost", "locked"]);
  assert.deepEqual(noticesBetween(all, known), ["unlocked"]);
});

test("who has come to the lobby is told once", () => {
  const one = { identity: "a", name: "Anna", since: 0, why: "locked" } as const;
  const two = { ...one, identity: "b" };
  assert.deepEqual(newlyWaiting([one], [one, two]), [two]);
  assert.deepEqual(newlyWaiting([one, two], [two]), []);
});
