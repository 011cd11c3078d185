import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { CallRecord } from "#call-bridge";
import { describeRecord, type RecordFields } from "./describe.ts";
import { callView, legView } from "./testing.ts";

const page = readFileSync(join(resolve(import.meta.dirname, "../../.."), "docs/protocol/call-records.md"), "utf8");
const [call, at] = [callView(), 5];
const stream = { codec: "vp8", bitRate: 1, packetLossPercentage: 0, jitterMs: 1 };
const all = [
  { ...stream, kind: "audio", role: "main" },
  { ...stream, kind: "video", role: "main" },
  { ...stream, kind: "video", role: "presentation" },
] as const;
const leg = { ...legView(), media: { rx: all, tx: all, roundTripTimeMs: 1, estimate: 1 } };
const ended = (reason: string): CallRecord => ({ type: "callLegEnd", at, call, leg, reason, durationSeconds: 1 });

const RECORDS: readonly CallRecord[] = [
  { type: "callStart", at, call },
  { type: "callEnd", at, call, callLegsCompleted: 1, durationSeconds: 1 },
  { type: "callLegStart", at, call, leg },
  { type: "callLegUpdate", at, call, leg },
  ended("left"),
];

for (const record of RECORDS)
  test(`docs/protocol/call-records.md lists the fields of ${record.type} in their order`, () => {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${record.type}\` | `)) ?? assert.fail("no row");
    const listed = [
      ...row
        .split("|")[2]!
        .replace(/\([^)]*\)/g, "")
        .matchAll(/`(\w+)`/g),
    ].map(([, name]) => name);
    assert.deepEqual(listed, Object.keys(describeRecord(record).fields));
  });

for (const [reason, word] of [
  ["left", "clientInitiatedTeardown"],
  ["lost", "timeOut"],
  ["removed", "localTeardown"],
  ["callEnded", "callEnded"],
  ["mediaFailed", "error"],
  ["constructor", "error"],
] as const)
  test(`a call leg that ended with "${reason}" is recorded as ${word}`, () => {
    const { fields } = describeRecord(ended(reason));
    assert.deepEqual([fields.reason, fields.reasonDetail], [word, reason]);
  });

test("of several streams the one with the most bits is recorded, and what is not known is left out", () => {
  const { fields } = describeRecord({
    type: "callLegEnd",
    at,
    call,
    leg: legView(),
    reason: "left",
    durationSeconds: 1,
  });
  const { codec, maxSizeWidth, maxSizeHeight } = fields.txVideo as RecordFields;
  assert.deepEqual([codec, maxSizeWidth, maxSizeHeight], ["vp8", 640, 360]);
  assert.equal(fields.rxVideo, undefined);
});

test("who signed in is no guest", () => {
  const user = { ...leg, remoteParty: "ann@example.com" };
  assert.equal(describeRecord({ type: "callLegStart", at, call, leg: user }).fields.guestConnection, false);
  assert.equal(describeRecord({ type: "callLegStart", at, call, leg }).fields.guestConnection, true);
});
