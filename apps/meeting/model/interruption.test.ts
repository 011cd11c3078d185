import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure } from "./failure.ts";
import { mayPass, pauseBefore, reconnectDelay } from "./interruption.ts";

const answer = (status: number, code: string) =>
  mayPass(explainFailure({ step: "finding", what: "answer", status, code }));

test("a way that is interrupted is tried again, what somebody has to mend or decide is not", () => {
  assert.ok(answer(502, "EDGE_TUNNEL_DOWN"));
  assert.ok(answer(503, "MEDIA_NO_RELAY"));
  assert.ok(mayPass(explainFailure({ step: "finding", what: "offline" })));
  assert.ok(!answer(403, "JOIN_REFUSED"));
  assert.ok(!answer(503, "JOIN_CALL_FULL"));
  assert.ok(!mayPass(explainFailure({ step: "server", what: "unreachable" })));
});

test("the next try is never more than two and a half seconds away, and not at the same moment for all", () => {
  for (const tries of [0, 1, 2, 20])
    for (const random of [0, 0.5, 0.999]) {
      assert.ok(pauseBefore(tries, random) <= 2500);
      assert.ok(reconnectDelay(0, tries, random)! <= 2500);
    }
  assert.ok(pauseBefore(5, 0) < pauseBefore(5, 0.9));
});

test("a meeting is given up after a minute of tries", () => {
  assert.notEqual(reconnectDelay(59_000, 30, 0.5), null);
  assert.equal(reconnectDelay(61_000, 3, 0.5), null);
});
