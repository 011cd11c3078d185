import assert from "node:assert/strict";
import { test } from "node:test";
import { changesBetween, type Person, stageOf } from "./people.ts";

const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id.toUpperCase(),
  isSelf: false,
  isHost: false,
  speaking: false,
  micOn: true,
  lastSpokeAt: 0,
  joinedAt: id.charCodeAt(0),
  poorConnection: false,
  ...more,
});
const self = person("z", { isSelf: true });
const screen = { id: "s", attach: () => () => {} };
const ids = (people: readonly Person[]) => people.map(({ id }) => id).join("");

test("you come first, the others as they arrived, however the server lists them", () => {
  assert.equal(ids(stageOf([person("c"), person("a"), self, person("b")], 25).tiles), "zabc");
});

test("of too many, those who spoke last keep a tile in their old order, and the rest are counted", () => {
  const people = [..."abcdef"].map((id) => person(id, { lastSpokeAt: id === "e" ? 9 : id === "b" ? 5 : 0 }));
  const stage = stageOf([...people, self], 4);
  assert.equal(ids(stage.tiles), "zbe");
  assert.equal(stage.hidden, 4);
});

test("another's screen is shown rather than one's own", () => {
  assert.equal(stageOf([{ ...self, screen }, person("a", { screen })], 25).screenOf?.id, "a");
  assert.equal(stageOf([{ ...self, screen }, person("a")], 25).screenOf?.id, "z");
  assert.equal(stageOf([self], 25).screenOf, undefined);
});

test("comings and goings of others are told by name, one's own are not", () => {
  assert.deepEqual(changesBetween([self, person("a")], [self, person("b")]), [
    { what: "joined", name: "B" },
    { what: "left", name: "A" },
  ]);
  assert.deepEqual(changesBetween([], [self]), []);
});
