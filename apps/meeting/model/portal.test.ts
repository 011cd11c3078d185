import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccessMethod, doorsOf, type Space, spacesMatching, wayIn } from "./portal.ts";

const plain: Space = {
  id: "1",
  name: "Revisão de projeto",
  callId: "123456789",
  link: "https://join.example.com/meeting/123456789?secret=s",
  nonMemberAccess: true,
  owner: true,
  permissions: {} as Space["permissions"],
  version: 1,
  accessMethods: [],
};
const { callId: _, link: __, ...closed } = plain;
const method = (id: string, forHosts: boolean): AccessMethod => ({
  id,
  name: id,
  callId: `10000000${id.length}`,
  link: `https://join.example.com/meeting/${id}`,
  forHosts,
  scope: "public",
  version: 1,
});

test("a plain space has one way in, for guests and members", () => {
  assert.deepEqual(
    doorsOf(plain).map(({ id, forHosts }) => [id, forHosts]),
    [["", false]],
  );
  assert.deepEqual(wayIn(plain), { link: plain.link, share: plain.link });
});

test("a host goes in by the hosts' way, and hands on the guests'", () => {
  const lobby = { ...closed, accessMethods: [method("host", true), method("guest", false)] };
  assert.deepEqual(
    doorsOf(lobby).map(({ id }) => id),
    ["guest", "host"],
  );
  assert.deepEqual(wayIn(lobby), {
    link: "https://join.example.com/meeting/host",
    share: "https://join.example.com/meeting/guest",
  });
});

test("a space that has neither Meeting ID nor link cannot be entered from here", () => {
  assert.equal(wayIn(closed), undefined);
  assert.deepEqual(doorsOf(closed), []);
});

test("a space is found by its name without accents, by its Meeting ID in any grouping, by its address", () => {
  const other = { ...plain, id: "2", name: "Board", callId: "987654321", uri: "board.room" };
  const found = (query: string) => spacesMatching([plain, other], query).map(({ id }) => id);
  assert.deepEqual(found("projeto revisao"), ["1"]);
  assert.deepEqual(found("987 654"), ["2"]);
  assert.deepEqual(found("board.room"), ["2"]);
  assert.deepEqual(found(""), ["1", "2"]);
  assert.deepEqual(found("nothing"), []);
});
