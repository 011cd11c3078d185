import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRtcp } from "#rtp";
import { ArrivalRecorder } from "./arrival-recorder.ts";
import { NackGenerator } from "./nack-generator.ts";
import { PacketCache } from "./packet-cache.ts";
import { ReceiveStatistics } from "./receive-statistics.ts";
import type { MediaPacket } from "./types.ts";

const MS = 1000;

function read(packets: readonly Buffer[]) {
  return packets.flatMap((packet) =>
    parseRtcp(packet).flatMap((p) => (p.type === "transport-feedback" ? [p.feedback] : [])),
  );
}

test("transport feedback names every packet of its run, the missing too, and each run follows the last", () => {
  const recorder = new ArrivalRecorder();
  recorder.received(65_534, 1000 * MS);
  recorder.received(65_535, 1010 * MS);
  recorder.received(1, 1020 * MS);
  const [first] = read(recorder.flush(9, 1050 * MS));
  assert.equal(first?.baseSequence, 65_534);
  assert.deepEqual(
    first?.arrivals.map((a) => a !== undefined),
    [true, true, false, true],
  );
  recorder.received(3, 1060 * MS);
  const [second] = read(recorder.flush(9, 1100 * MS));
  assert.equal(second?.baseSequence, 2);
  assert.deepEqual(
    second?.arrivals.map((a) => a !== undefined),
    [false, true],
  );
  assert.equal(second?.feedbackCount, 1);
  assert.deepEqual(recorder.flush(9, 1150 * MS), []);
});

test("a packet that comes late is reported then, and those around it are not taken back", () => {
  const recorder = new ArrivalRecorder();
  for (const seq of [10, 12, 13]) recorder.received(seq, (1000 + seq) * MS);
  recorder.flush(9, 1050 * MS);
  recorder.received(11, 1060 * MS);
  recorder.received(14, 1061 * MS);
  const [feedback] = read(recorder.flush(9, 1100 * MS));
  assert.equal(feedback?.baseSequence, 11);
  assert.ok(feedback?.arrivals.every((arrival) => arrival !== undefined));
});

test("what waited in the socket while the event loop stood still is spread over that time", () => {
  const recorder = new ArrivalRecorder();
  recorder.received(0, 1000 * MS);
  recorder.stalled(1000 * MS, 1200 * MS);
  for (let seq = 1; seq <= 10; seq++) recorder.received(seq, 1200 * MS + seq * 10);
  const [feedback] = read(recorder.flush(9, 1220 * MS));
  const gaps = feedback!.arrivals.slice(1).map((arrival, i) => arrival! - feedback!.arrivals[i]!);
  assert.ok(
    gaps.every((gap) => Math.abs(gap - 20 * MS) <= 500),
    gaps.join(),
  );
});

test("a flood of numbers neither grows without bound nor makes an endless report", () => {
  const recorder = new ArrivalRecorder();
  for (let i = 0; i < 100_000; i++) recorder.received((i * 7919) & 0xffff, 1000 * MS);
  const packets = recorder.flush(9, 1050 * MS);
  assert.ok(packets.length <= 16, `${packets.length}`);
  assert.ok(packets.every((packet) => packet.length < 1200));
});

test("receiver reports count losses, less those made good, and tell how old the sender's report is (RFC 3550 6.4.1)", () => {
  const statistics = new ReceiveStatistics(90_000);
  for (let i = 0; i < 100; i++) if (i % 10 !== 5) statistics.received(70_000 + i, i * 3000, i * 33_333);
  statistics.senderReport(
    {
      type: "sender-report",
      ssrc: 1,
      ntpSeconds: 0x12345678,
      ntpFraction: 0x9abc0000,
      rtpTimestamp: 0,
      packetCount: 0,
      octetCount: 0,
      reports: [],
    },
    1_000_000,
  );
  const report = statistics.report(1, 2_000_000)!;
  assert.equal(report.fractionLost, 25);
  assert.equal(report.cumulativeLost, 10);
  assert.equal(report.highestSequence, 70_099 - 65_536);
  assert.equal(report.lastSenderReport, 0x56789abc);
  assert.equal(report.delaySinceLastSenderReport, 65_536);
  assert.ok(report.jitter <= 1);
  statistics.recovered();
  assert.equal(statistics.report(1, 3_000_000)?.cumulativeLost, 9);
  assert.equal(statistics.report(1, 3_000_000)?.fractionLost, 0);
});

test("requests follow the measured round trip, and stop when the packet is here or given up", () => {
  const nack = new NackGenerator();
  nack.received(1, 0);
  nack.received(4, 0);
  assert.deepEqual(nack.due(0), [2, 3]);
  assert.deepEqual(nack.due(50 * MS), []);
  assert.equal(nack.received(2, 50 * MS), true);
  const asked = Array.from({ length: 300 }, (_, i) => (60 + 10 * i) * MS).filter((now) => nack.due(now).length > 0);
  assert.ok(asked.length <= 8 && asked.length >= 6, `${asked.length}`);
  assert.ok(asked[2]! - asked[1]! <= 120 * MS);
  assert.equal(nack.missing, 0);
});

test("a leap in the numbers is a new start and not hundreds of requests", () => {
  const nack = new NackGenerator();
  nack.received(1, 0);
  nack.received(5000, 0);
  assert.equal(nack.missing, 0);
});

test("the cache keeps the latest packets, knows duplicates and refuses what is too old", () => {
  const cache = new PacketCache(8);
  const packet = (seq: number) => ({ seq }) as MediaPacket;
  assert.ok(cache.put(packet(10)));
  assert.ok(!cache.put(packet(10)));
  assert.ok(cache.put(packet(20)));
  assert.equal(cache.get(10)?.seq, 10);
  assert.ok(cache.put(packet(18)));
  assert.equal(cache.get(10), undefined);
  assert.ok(!cache.put(packet(12)));
  assert.ok(cache.put(packet(13)));
});
