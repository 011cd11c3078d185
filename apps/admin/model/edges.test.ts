import assert from "node:assert/strict";
import { test } from "node:test";
import { edgesOf, edgeValue, stateOf } from "./edges.ts";

test("edges are read as they are written, and written without what is left to its default", () => {
  const edges = edgesOf({ written: { edges: [{ address: "edge.dmz:2222", hostKey: "keys/edge.pub" }] } });
  assert.deepEqual(edges, [{ address: "edge.dmz:2222", hostKey: "keys/edge.pub", fallback: "" }]);
  assert.deepEqual(edgeValue(edges[0]!), { address: "edge.dmz:2222", hostKey: "keys/edge.pub" });
  assert.deepEqual(edgeValue({ ...edges[0]!, fallback: " off " }), {
    ...{ address: "edge.dmz:2222", hostKey: "keys/edge.pub", fallback: "off" },
  });
});

test("a file without edges has none", () => assert.deepEqual(edgesOf({ written: {} }), []));

test("its state is found with and without the default port", () => {
  const row = { target: "edge.dmz:2222", connections: 2, active: 2, rttMs: 1, lastError: undefined };
  const entry = { hostKey: "k", fallback: "" };
  assert.equal(stateOf({ ...entry, address: "edge.dmz" }, [row]), row);
  assert.equal(stateOf({ ...entry, address: "edge.dmz:2222" }, [row]), row);
  assert.equal(stateOf({ ...entry, address: "other" }, [row]), undefined);
});
