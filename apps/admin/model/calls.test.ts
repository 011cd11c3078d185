import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryCalls } from "../../../src/meeting/api/testing/calls.ts";
import type { CallLegView, ParticipantView } from "./answers.ts";
import { callRows, filterCalls, isHost, legRates, numbersOf, quality } from "./calls.ts";
import { draw, HISTORY_LENGTH, rememberAll } from "./sparkline.ts";

const stream = {
  kind: "audio",
  role: "main",
  codec: "opus",
  bitRate: 1000,
  packetLossPercentage: 0,
  jitterMs: 1,
} as const;

function answer() {
  const calls = new MemoryCalls();
  const late = calls.addCall({ name: "Late", startedAt: 2 });
  const early = calls.addCall({ name: "Early", startedAt: 1 });
  const media = {
    rx: [stream],
    tx: [stream, { ...stream, packetLossPercentage: 4 }],
    roundTripTimeMs: 20,
    estimate: 1,
  };
  calls.addParticipant(late.id, { name: "Second", joinedAt: 2 });
  calls.addParticipant(late.id, { name: "First", joinedAt: 1 }, { media });
  calls.addParticipant(early.id, { name: "Waits", state: "lobby" }, { state: "lobby" });
  return { now: 3, calls: calls.calls(), participants: calls.participants(), callLegs: calls.callLegs() };
}

test("calls and people are in the order of their coming; who waits stands apart", () => {
  const rows = callRows(answer());
  assert.deepEqual(
    rows.map(({ call, present, waiting }) => [
      call.name,
      present.map(({ participant }) => participant.name),
      waiting.map(({ participant }) => participant.name),
    ]),
    [
      ["Early", [], ["Waits"]],
      ["Late", ["First", "Second"], []],
    ],
  );
  assert.deepEqual(rows[1]?.present[0]?.numbers, { received: 1000, sent: 2000, loss: 4, roundTripTimeMs: 20 });
});

test("the filter finds calls by their name and by their people", () => {
  const rows = callRows(answer());
  assert.deepEqual(
    ["LATE", "waits", "nobody", " "].map((text) => filterCalls(rows, text).length),
    [1, 1, 0, 2],
  );
});

test("a leg without media has no numbers; loss and a long way are poor, more of it bad", () => {
  const none = numbersOf(undefined);
  assert.deepEqual([none.loss, none.roundTripTimeMs, quality(none)], [undefined, undefined, "good"]);
  assert.equal(quality({ ...none, loss: 3.2 }), "poor");
  assert.equal(quality({ ...none, roundTripTimeMs: 900 }), "bad");
});

test("a sparkline keeps two minutes, ends at the right edge, and forgets who has left", () => {
  let histories = rememberAll(new Map(), legRates(callRows(answer())));
  for (let i = 0; i < HISTORY_LENGTH + 5; i++) histories = rememberAll(histories, new Map([["leg", i]]));
  assert.deepEqual([...histories.keys()], ["leg"]);
  assert.equal(histories.get("leg")?.values.length, HISTORY_LENGTH);
  assert.equal(draw([1], 60, 20), undefined);
  assert.deepEqual(draw([0, 10], 59, 20, 10), { line: "M58 19L59 1", area: "M58 19L59 1L59 20L58 20Z" });
});

test("a host is who may steer the meeting, not everyone whom no lobby holds back", () => {
  const one = { isActivator: true } as ParticipantView;
  const leg = (rules: Partial<CallLegView["rules"]>) => ({ rules }) as CallLegView;
  assert.equal(isHost(one, leg({ muteSelfAllowed: true })), false);
  assert.equal(isHost(one, leg({ callLockAllowed: true })), true);
  assert.equal(isHost({ ...one, isActivator: false }, leg({ callLockAllowed: true })), false);
  assert.equal(isHost(one, undefined), false);
});
