import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bitRate,
  bytes,
  duration,
  groupDigits,
  hostPort,
  milliseconds,
  moment,
  percent,
  stopwatch,
  utc,
  withPort,
} from "./format.ts";

test("a duration has its two largest units, without one that is nothing", () => {
  const cases = [
    [999, "0 s"],
    [6000, "6 s"],
    [306_000, "5 min 6 s"],
    [300_000, "5 min"],
    [14_700_000, "4 h 5 min"],
    [273_600_000, "3 d 4 h"],
    [-5, "0 s"],
  ] as const;
  for (const [ms, text] of cases) assert.equal(duration(ms), text);
});

test("what runs on is shown as a clock", () => {
  assert.deepEqual([6000, 306_000, 14_706_000].map(stopwatch), ["0:06", "5:06", "4:05:06"]);
});

test("numbers are as long as they are useful, with a space that no line breaks at", () => {
  assert.deepEqual([0, 640, 82_400, 2_440_000, 240_000_000].map(bitRate), [
    "0",
    "640\u00a0b/s",
    "82\u00a0kb/s",
    "2.4\u00a0Mb/s",
    "240\u00a0Mb/s",
  ]);
  assert.deepEqual([0.01, 0.42, 12.4].map(percent), ["0\u00a0%", "0.4\u00a0%", "12\u00a0%"]);
  assert.deepEqual([0.34, 2, 12.4].map(milliseconds), ["0.3\u00a0ms", "2\u00a0ms", "12\u00a0ms"]);
});

test("times are UTC, as in the event log; IPv6 addresses have brackets; only nine digits are grouped", () => {
  assert.deepEqual(utc(Date.UTC(2026, 0, 31, 9, 2, 21, 594)), { date: "2026-01-31", time: "09:02:21.594" });
  assert.deepEqual([hostPort("10.0.0.1", 3478), hostPort("2001:db8::1", 443)], ["10.0.0.1:3478", "[2001:db8::1]:443"]);
  assert.deepEqual([groupDigits("123456789"), groupDigits("1234")], ["123 456 789", "1234"]);
});

test("bytes are decimal, with a digit behind the point where that tells something", () => {
  assert.deepEqual([0, 999, 1500, 82_400, 1_200_000_000].map(bytes), [
    "0\u00a0B",
    "999\u00a0B",
    "1.5\u00a0kB",
    "82\u00a0kB",
    "1.2\u00a0GB",
  ]);
});

test("a moment is UTC, and a port is put in place of another", () => {
  assert.equal(moment(0), "1970-01-01 00:00:00");
  assert.equal(withPort("10.0.9.5:443", 8445), "10.0.9.5:8445");
  assert.equal(withPort("[2001:db8::1]:443", 445), "[2001:db8::1]:445");
});
