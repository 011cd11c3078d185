import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExtensionWriter, forEachExtension, isRtcp, parseRtp, unwrapRtx, writeRtpHeader } from "./index.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** By RFC 3550 5.1: marker, type 96, sequence 0x1234, one contributing source, extension of one word, 2 bytes of padding. */
const FULL = hex("b1 e0 1234 00000064 cafebabe 00000001 bede0001 10ff22aa 010203 0002");

test("the header's parts lie where RFC 3550 5.1 puts them", () => {
  const header = parseRtp(FULL);
  assert.deepEqual(header, {
    marker: true,
    payloadType: 96,
    sequenceNumber: 0x1234,
    timestamp: 100,
    ssrc: 0xcafebabe,
    extensionProfile: 0xbede,
    extensionStart: 20,
    extensionEnd: 24,
    payloadStart: 24,
    payloadEnd: 27,
  });
});

for (const [what, bytes] of [
  ["version 1", "40 60 0001 00000000 00000001"],
  ["11 bytes", "80 60 0001 00000000 000001"],
  ["an extension that runs over the end", "90 60 0001 00000000 00000001 bede0002 00000000"],
  ["a contributing source that is not there", "92 60 0001 00000000 00000001 00000001"],
  ["padding longer than the packet", "a0 60 0001 00000000 00000001 ff"],
  ["padding of no bytes", "a0 60 0001 00000000 00000001 00"],
] as const)
  test(`refuses ${what}`, () => assert.equal(parseRtp(hex(bytes)), undefined));

test("a packet of padding alone has an empty payload", () => {
  const header = parseRtp(hex("a0 60 0001 00000000 00000001 000003"))!;
  assert.equal(header.payloadEnd, header.payloadStart);
});

test("one-byte extensions: padding between, stop at id 15 (RFC 8285 4.2)", () => {
  const packet = hex("90 60 0001 00000000 00000001 bede0003 1085 00 21abcd 31 7f00 f0 1001");
  assert.deepEqual(extensions(packet), { 1: "85", 2: "abcd", 3: "7f00" });
});

test("two-byte extensions: empty elements and long ones (RFC 8285 4.3)", () => {
  const packet = hex("90 60 0001 00000000 00000001 10000002 0100 0003 02aabb 00");
  assert.deepEqual(extensions(packet), { 1: "", 3: "aabb" });
  assert.deepEqual(extensions(hex("90 60 0001 00000000 00000001 10050002 0100 14 02aabb 0000")), { 1: "", 20: "aabb" });
});

test("written extensions are read back, in the form that their ids need", () => {
  for (const twoByte of [false, true]) {
    const packet = Buffer.alloc(64);
    const writer = new ExtensionWriter(packet);
    const fields = { marker: false, payloadType: 111, sequenceNumber: 70000, timestamp: -1, ssrc: 7 };
    writer.begin(writeRtpHeader(packet, fields, true), twoByte);
    packet.writeUInt16BE(0xbeef, writer.element(3, 2));
    packet[writer.element(twoByte ? 200 : 14, 1)] = 0x55;
    const end = writer.end();
    const header = parseRtp(packet.subarray(0, end))!;
    assert.equal(header.sequenceNumber, 70000 - 65536);
    assert.equal(header.timestamp, 0xffffffff);
    assert.equal(header.payloadStart, end);
    assert.deepEqual(extensions(packet.subarray(0, end)), { 3: "beef", [twoByte ? 200 : 14]: "55" });
  }
});

test("a retransmission becomes the packet that it repeats (RFC 4588 4)", () => {
  const rtx = hex("90 e1 0009 00000064 000000bb bede0001 10850000 1234 aabbcc");
  const restored = unwrapRtx(rtx, parseRtp(rtx)!, 96, 0xaa)!;
  assert.equal(restored.toString("hex"), hex("90 e0 1234 00000064 000000aa bede0001 10850000 aabbcc").toString("hex"));
});

test("a retransmission without an original inside is dropped", () => {
  const padding = hex("a0 61 0009 00000064 000000bb 000003");
  assert.equal(unwrapRtx(padding, parseRtp(padding)!, 96, 0xaa), undefined);
});

test("RTCP is told from RTP by its second byte (RFC 5761 4)", () => {
  assert.equal(isRtcp(hex("80c80001 00000001")), true);
  assert.equal(isRtcp(hex("80 e0 0001 00000000 00000001")), false);
  assert.equal(isRtcp(hex("80")), false);
});

test("any bytes give a header whose parts lie inside the packet, or nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(0x80, 0x90, 0xb3), (bytes, first) => {
      const packet = Buffer.from(bytes);
      if (packet.length > 0) packet[0] = first;
      if (packet.length > 14 && (first & 0x0f) === 0) packet.writeUInt16BE(packet[1]! & 1 ? 0xbede : 0x1000, 12);
      const header = parseRtp(packet);
      if (!header) return;
      assert.ok(12 <= header.payloadStart && header.payloadStart <= header.payloadEnd);
      assert.ok(header.payloadEnd <= packet.length);
      forEachExtension(packet, header, (id, offset, length) => {
        assert.ok(id > 0 && offset >= header.extensionStart && offset + length <= header.extensionEnd);
      });
      unwrapRtx(packet, header, 96, 1);
    }),
    { numRuns: 2000 },
  );
});

function extensions(packet: Buffer): Record<number, string> {
  const found: Record<number, string> = {};
  const visit = (id: number, at: number, length: number) => {
    found[id] = packet.toString("hex", at, at + length);
  };
  forEachExtension(packet, parseRtp(packet)!, visit);
  return found;
}
