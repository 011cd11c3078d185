import assert from "node:assert/strict";
import { test } from "node:test";
import { PathChoice } from "./path.ts";

const MS = 1000;
const generation = {};
const choose = () => new PathChoice<ReturnType<typeof tuple>>(() => {});
const tuple = () => ({ nominatedIn: undefined as object | undefined });

test("the first check gives a path, a nomination a better one", () => {
  const [first, second] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(first, undefined, 0);
  assert.equal(choice.path, first);
  choice.checked(second, undefined, 0);
  assert.equal(choice.path, first);
  choice.checked(second, generation, 0);
  assert.equal(choice.path, second);
});

test("who nominates aggressively has chosen where its handshake and media come from", () => {
  const [deaf, chosen] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(chosen, generation, 0);
  choice.checked(deaf, generation, 0);
  choice.shookHands(chosen, 1 * MS);
  assert.equal(choice.path, chosen);
  for (let n = 0; n < 5; n++) choice.checked(deaf, generation, 2 * MS);
  assert.equal(choice.path, chosen, "repeated nominations are no news");
});

test("a nominated path on which nothing is heard gives way to the one that media comes from", () => {
  const [deaf, alive] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(alive, generation, 0);
  choice.heard(alive, 10 * MS);
  choice.checked(deaf, generation, 20 * MS);
  choice.heard(alive, 200 * MS);
  assert.equal(choice.path, deaf, "these may have been on their way already");
  choice.heard(alive, 300 * MS);
  assert.equal(choice.path, alive);
});

test("a client that goes back to a path that it had left is followed at once", () => {
  const [a, b] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(a, generation, 0);
  choice.checked(b, generation, 1 * MS);
  choice.checked(a, undefined, 2 * MS);
  assert.equal(choice.path, b);
  choice.checked(a, generation, 3 * MS);
  assert.equal(choice.path, a);
});

test("after an ICE restart the same address is nominated anew", () => {
  const [a, b] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(a, generation, 0);
  choice.checked(b, generation, 0);
  choice.checked(a, {}, 1 * MS);
  assert.equal(choice.path, a);
});

test("a handshake from a tuple that is not nominated moves nothing", () => {
  const [a, b] = [tuple(), tuple()];
  const choice = choose();
  choice.checked(a, generation, 0);
  choice.checked(b, undefined, 0);
  choice.shookHands(b, 1000 * MS);
  assert.equal(choice.path, a);
});

test("each move is told once, with the path that is left", () => {
  const [a, b] = [tuple(), tuple()];
  const moves: unknown[] = [];
  const choice = new PathChoice<typeof a>((left, taken) => moves.push([left, taken]));
  choice.checked(a, undefined, 0);
  choice.checked(a, generation, 0);
  choice.heard(a, 300 * MS);
  choice.checked(b, generation, 300 * MS);
  choice.shookHands(b, 300 * MS);
  assert.deepEqual(moves, [
    [undefined, a],
    [a, b],
  ]);
});
