import assert from "node:assert/strict";
import { test } from "node:test";
import type { EdgeState } from "#media";
import { Edges } from "./edges.ts";

const allocating = (id = "e1"): EdgeState => ({ id, serverAddress: "10.0.1.2", state: "allocating" });
const ready = (id = "e1"): EdgeState => ({
  ...{ id, serverAddress: "10.0.1.2" },
  state: "ready",
  relayed: { address: "203.0.113.10", port: 24000 },
  rttMs: 1,
});
const failed = (code: string, id = "e1"): EdgeState => ({
  ...{ id, serverAddress: "10.0.1.2" },
  state: "failed",
  code,
  detail: "",
  nextTryMs: 1000,
});

const cases: [string, EdgeState[], string | undefined][] = [
  ["nothing known yet", [], undefined],
  ["a first try", [allocating()], undefined],
  ["a failure", [allocating(), failed("TURN_CLIENT_TIMEOUT")], "TURN_CLIENT_TIMEOUT"],
  ["another try after a failure", [failed("TURN_CLIENT_TIMEOUT"), allocating()], "TURN_CLIENT_TIMEOUT"],
  ["success after a failure", [failed("TURN_CLIENT_TIMEOUT"), allocating(), ready()], undefined],
  ["one of two edges failed", [ready("e1"), failed("TURN_CLIENT_TIMEOUT", "e2")], undefined],
  [
    "both failed",
    [failed("TURN_CLIENT_TIMEOUT", "e1"), failed("TURN_CLIENT_UNAUTHORIZED", "e2")],
    "TURN_CLIENT_UNAUTHORIZED",
  ],
];

for (const [what, states, code] of cases)
  test(`${what}: guests outside ${code ? `have no media (${code})` : "may join"}`, () => {
    const edges = new Edges();
    for (const state of states) edges.update(0, state);
    assert.equal(edges.failure?.code, code);
  });

test("what a worker that ended said counts no more", () => {
  const edges = new Edges();
  edges.update(0, failed("TURN_CLIENT_TIMEOUT"));
  edges.update(1, ready());
  edges.forget(1);
  assert.equal(edges.failure?.code, "TURN_CLIENT_TIMEOUT");
  edges.forget(0);
  assert.equal(edges.failure, undefined);
});

test("what was said of an edge that is one no more counts no more", () => {
  const edges = new Edges();
  edges.update(0, failed("TURN_CLIENT_TIMEOUT", "e1"));
  edges.update(0, failed("TURN_CLIENT_UNAUTHORIZED", "e2"));
  edges.drop(["e2"]);
  assert.equal(edges.failure?.code, "TURN_CLIENT_TIMEOUT");
  edges.drop(["e1"]);
  assert.deepEqual([edges.failure, edges.all], [undefined, []]);
});
