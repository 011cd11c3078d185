import assert from "node:assert/strict";
import { test } from "node:test";
import { OPEN_ROOM, roomStateOf, whyOf } from "./room-state.ts";

test("the room says whether it is locked, what it has to tell, and who waits", () => {
  const waiting = [{ identity: "guest-1", name: "Anna", since: 5, why: "locked", through: "Guest" }];
  const told = JSON.stringify({ locked: true, messageText: "Recording is off", waiting });
  assert.deepEqual(roomStateOf(told), { ...OPEN_ROOM, locked: true, message: "Recording is off", waiting });
});

test("who is told nothing of the lobby sees nobody wait", () => {
  assert.deepEqual(roomStateOf(JSON.stringify({ locked: false, messageText: "" })), OPEN_ROOM);
  for (const told of [undefined, "", "x", "7", '{"waiting":{"a":1}}', '{"waiting":[null,1,{"name":"x"}]}'])
    assert.deepEqual(roomStateOf(told), OPEN_ROOM, told);
});

test("a room that says so sends one to the lobby", () => {
  assert.equal(roomStateOf('{"sentToLobby":"sent-back"}').sentToLobby, true);
});

test("a room that says so has no way for one's media right now", () => {
  assert.equal(roomStateOf('{"interrupted":true}').interrupted, true);
});

test("a reason that this app does not know is the usual one", () => {
  assert.equal(whyOf("locked"), "locked");
  assert.equal(whyOf("payment"), "host-not-here");
});
