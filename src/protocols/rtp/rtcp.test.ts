import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  buildNack,
  buildPli,
  buildReceiverReport,
  buildSenderReport,
  buildSourceDescription,
  buildTransportFeedback,
  parseRtcp,
} from "./index.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** Laid out by hand from RFC 3550 6.4.1 and 6.6, RFC 4585 6.2.1 and 6.3.1, RFC 5104 4.3.1, REMB draft 2.2. */
const COMPOUND = hex(
  "81c8000c 00000001 e1e2e3e4 80000000 00000064 0000000a 000003e8" +
    "00000002 40ffffff 00010005 00000007 e3e48000 00010000" +
    "81ca0002 00000001 01016100",
);

test("a sender report with a block, and source description behind it", () => {
  const [report, description] = parseRtcp(COMPOUND);
  assert.deepEqual(report, {
    type: "sender-report",
    ssrc: 1,
    ntpSeconds: 0xe1e2e3e4,
    ntpFraction: 0x80000000,
    rtpTimestamp: 100,
    packetCount: 10,
    octetCount: 1000,
    reports: [
      {
        ssrc: 2,
        fractionLost: 0x40,
        cumulativeLost: -1,
        highestSequence: 0x10005,
        jitter: 7,
        lastSenderReport: 0xe3e48000,
        delaySinceLastSenderReport: 0x10000,
      },
    ],
  });
  assert.equal(description?.type, "source-description");
});

for (const [what, bytes, expected] of [
  ["bye", "82cb0002 00000001 00000002", { type: "bye", ssrcs: [1, 2] }],
  [
    "nack",
    "81cd0003 00000001 00000002 fffe8003",
    { type: "nack", mediaSsrc: 2, sequenceNumbers: [65534, 65535, 0, 14] },
  ],
  ["pli", "81ce0002 00000001 00000002", { type: "pli", mediaSsrc: 2 }],
  ["fir", "84ce0004 00000001 00000000 00000002 07000000", { type: "fir", ssrcs: [2] }],
  ["remb", "8fce0005 00000001 00000000 52454d42 010bd090 00000002", { type: "remb", bitrate: 0x3d090 * 4, ssrcs: [2] }],
  ["unknown", "80cc0001 00000001", { type: "other", payloadType: 204 }],
] as const)
  test(`reads ${what}`, () => assert.deepEqual(parseRtcp(hex(bytes)), [expected]));

test("padding at the end of a packet is no part of it", () => {
  assert.deepEqual(parseRtcp(hex("a1cd0004 00000001 00000002 00050000 00000004")), [
    { type: "nack", mediaSsrc: 2, sequenceNumbers: [5] },
  ]);
});

test("a packet whose length runs over the end ends the list", () => {
  assert.deepEqual(parseRtcp(hex("81ce0002 00000001 00000002 81ce0005 00000001")), [{ type: "pli", mediaSsrc: 2 }]);
});

/** From the figure of transport-wide-cc-extensions-01 3.1: base 5, 7 packets, reference 1, run of 2 small, vector. */
test("transport feedback: run length and vector chunks, small, large and negative deltas", () => {
  const bytes = hex("afcd0007 00000001 00000002 0005 0007 000001 09 2002 e210 04 08 000c fffc 10 01");
  const [packet] = parseRtcp(bytes);
  assert.equal(packet?.type, "transport-feedback");
  if (packet?.type !== "transport-feedback") return;
  assert.equal(packet.feedback.baseSequence, 5);
  assert.equal(packet.feedback.feedbackCount, 9);
  const expected = [1000, 3000, 6000, undefined, 5000, undefined, 9000];
  assert.deepEqual(
    packet.feedback.arrivals,
    expected.map((us) => us && 64_000 + us),
  );
});

test("a feedback that promises deltas and does not bring them is refused", () => {
  assert.deepEqual(parseRtcp(hex("8fcd0005 00000001 00000002 0005 0007 000001 09 2007 0404")), []);
});

test("what is built is read back", () => {
  assert.deepEqual(parseRtcp(buildPli(1, 2)), [{ type: "pli", mediaSsrc: 2 }]);
  const sequenceNumbers = [65530, 65535, 0, 10, 11, 40];
  assert.deepEqual(parseRtcp(buildNack(1, 2, sequenceNumbers)), [{ type: "nack", mediaSsrc: 2, sequenceNumbers }]);
  const sender = { ssrc: 9, ntpSeconds: 1, ntpFraction: 2, rtpTimestamp: 2 ** 32 + 3, packetCount: 4, octetCount: 5 };
  assert.deepEqual(parseRtcp(Buffer.concat([buildSenderReport(sender), buildSourceDescription(9, "a")])).length, 2);
  const block = {
    ssrc: 2,
    fractionLost: 3,
    cumulativeLost: -4,
    highestSequence: 5,
    jitter: 6,
    lastSenderReport: 7,
    delaySinceLastSenderReport: 8,
  };
  assert.deepEqual(parseRtcp(buildReceiverReport(1, [block])), [
    { type: "receiver-report", ssrc: 1, reports: [block] },
  ]);
});

test("source descriptions are padded with at least one zero to 32 bits (RFC 3550 6.5)", () => {
  assert.equal(buildSourceDescription(1, "a").toString("hex"), "81ca000200000001" + "01016100");
  assert.equal(buildSourceDescription(1, "ab").toString("hex"), "81ca000300000001" + "0102616200000000");
});

test("transport feedback built from any arrivals is read back within a quarter millisecond each", () => {
  const arrival = fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(arrival, { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 0, max: 65535 }),
      (gaps, base) => {
        let time = 5_000_000_000;
        const arrivals = gaps.map((gap) => {
          time += ((gap ?? 300) - 300) * 100;
          return gap === undefined ? undefined : time;
        });
        const fields = { senderSsrc: 1, mediaSsrc: 2, feedbackCount: 3, baseSequence: base, arrivals };
        const [packet] = parseRtcp(buildTransportFeedback(fields));
        assert.ok(packet?.type === "transport-feedback");
        const known = packet.feedback.arrivals;
        assert.equal(known.length, arrivals.length);
        const first = arrivals.findIndex((a) => a !== undefined);
        arrivals.forEach((expected, i) => {
          assert.equal(known[i] === undefined, expected === undefined);
          if (expected === undefined) return;
          const error = known[i]! - known[first]! - (expected - arrivals[first]!);
          assert.ok(Math.abs(error) <= 250, `${i}: off by ${error} us`);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test("any bytes give a list of packets", () => {
  const seeds = fc.constantFrom(
    "81c8000c",
    "81c90007",
    "82cb0002",
    "81cd0003",
    "8fcd0005",
    "81ce0002",
    "84ce0004",
    "8fce0005",
  );
  fc.assert(
    fc.property(seeds, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
      parseRtcp(Buffer.concat([hex(head), Buffer.from(rest)]));
      parseRtcp(Buffer.from(rest));
    }),
    { numRuns: 3000 },
  );
});
