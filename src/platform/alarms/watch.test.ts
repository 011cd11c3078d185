import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, systemClock } from "#base";
import { AlarmBoard, type RaisedAlarm, watchAlarms } from "./index.ts";

const alarm = (id: string): RaisedAlarm => ({
  type: "tunnelDown",
  subject: { noun: "edge", id },
  text: `no tunnel to ${id}`,
  remedy: "look at the firewall",
});

test("alarms follow what each look finds, and others of the same type are left alone", async (t) => {
  const scope = new Scope();
  t.after(() => scope.close());
  const board = new AlarmBoard(systemClock);
  board.raise(alarm("another's"));
  let found = [alarm("a"), alarm("b")];
  const { now } = watchAlarms(scope, board, () => found);
  await now();
  const ids = () => board.current().map(({ subject }) => subject?.id);
  assert.deepEqual(ids(), ["another's", "a", "b"]);
  found = [alarm("b")];
  await now();
  assert.deepEqual(ids(), ["another's", "b"]);
});

test("a look that fails changes nothing", async (t) => {
  const scope = new Scope();
  t.after(() => scope.close());
  const board = new AlarmBoard(systemClock);
  let fails = false;
  const { now } = watchAlarms(scope, board, () => (fails ? Promise.reject(new Error("gone")) : [alarm("a")]));
  await now();
  fails = true;
  await now();
  assert.equal(board.current().length, 1);
});
