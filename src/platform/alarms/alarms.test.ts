import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { ManualClock } from "#base";
import { ALARM_TYPES, AlarmBoard } from "./index.ts";

const root = resolve(import.meta.dirname, "../../..");
const server = (id: string) => ({ noun: "turnServer", id });
const down = (id: string, text = "no answer") => ({
  type: "turnServerUnavailable",
  subject: server(id),
  text,
  remedy: "r",
});

test("an alarm is there from its raising to its clearing, once for each subject", () => {
  const clock = new ManualClock(1000);
  const board = new AlarmBoard(clock);
  board.raise(down("a"));
  clock.advance(500);
  board.raise(down("b"));
  board.raise(down("a"));
  assert.deepEqual(
    board.current().map(({ subject, raisedAt }) => [subject?.id, raisedAt]),
    [
      ["a", 1000],
      ["b", 1500],
    ],
  );
  board.clear("turnServerUnavailable", server("a"));
  board.clear("turnServerUnavailable", server("a"));
  board.clear("turnServerUnavailable");
  assert.deepEqual(
    board.current().map(({ subject }) => subject?.id),
    ["b"],
  );
  assert.deepEqual(
    board.past().map(({ subject, clearedAt }) => [subject?.id, clearedAt]),
    [["a", 1500]],
  );
});

test("new words keep the alarm's id, time and place, and are told; the same words are not", () => {
  const clock = new ManualClock();
  const board = new AlarmBoard(clock);
  const told: string[] = [];
  board.raise(down("a"));
  board.raise(down("b"));
  const stop = board.onChange(({ text }, what) => told.push(`${what} ${text}`));
  const [{ id, raisedAt } = assert.fail()] = board.current();
  clock.advance(1000);
  board.raise(down("a"));
  board.raise({ ...down("a", "wrong password"), failureReason: "authenticationFailure" });
  board.clear("turnServerUnavailable", server("a"));
  stop();
  board.raise(down("a"));
  assert.deepEqual(told, ["changed wrong password", "cleared wrong password"]);
  const [past] = board.past();
  assert.deepEqual([past?.id, past?.raisedAt, past?.failureReason], [id, raisedAt, "authenticationFailure"]);
  assert.notEqual(board.current().at(-1)?.id, id);
});

test("of the past the latest 100 are kept, latest first", () => {
  const board = new AlarmBoard(new ManualClock());
  for (let i = 0; i < 150; i++) {
    board.raise(down(`${i}`));
    board.clear("turnServerUnavailable", server(`${i}`));
  }
  assert.equal(board.past().length, 100);
  assert.equal(board.past()[0]?.subject?.id, "149");
});

test("docs/protocol/alarms.md lists each type in words of the table", () => {
  const page = readFileSync(join(root, "docs/protocol/alarms.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const expected = ALARM_TYPES.map(
    ({ type, severity, subject = "", meaning, cms }) =>
      `| \`${type}\` | ${severity} | ${subject} | ${cms ? "yes" : ""} | ${meaning} |`,
  );
  assert.deepEqual(rows, expected);
});

test("each alarm that the code raises by name is in the table", () => {
  const known = new Set(ALARM_TYPES.map(({ type }) => type));
  const raised = globSync("src/**/*.ts", { cwd: root })
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return [...text.matchAll(/\b(?:raise\(|yield)\s*\{\s*type: "(\w+)"/g)].map((match) => ({
        file,
        type: match[1]!,
      }));
    });
  assert.deepEqual(
    raised.filter(({ type }) => !known.has(type)),
    [],
  );
});
