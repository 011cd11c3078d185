import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { distance16, distance32, parseVp8, rewriteVp8, startsH264Keyframe, Unwrapper16 } from "./index.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const vp8 = (text: string) => parseVp8(hex(text), 0, hex(text).length);

test("VP8: PictureID of 7 and 15 bits, TL0PICIDX, TID (RFC 7741 4.2)", () => {
  const wide = vp8("90 e0 9234 56 80 00");
  assert.equal(wide?.pictureId, 0x1234);
  assert.equal(wide?.pictureIdBits, 15);
  assert.equal(wide?.tl0PicIdx, 0x56);
  assert.equal(wide?.temporalId, 2);
  assert.equal(wide?.length, 6);
  const narrow = vp8("90 80 12 00");
  assert.equal(narrow?.pictureId, 0x12);
  assert.equal(narrow?.pictureIdBits, 7);
  assert.equal(narrow?.tl0PicIdx, undefined);
});

for (const [what, bytes, keyframe] of [
  ["first packet, P bit clear", "10 00 9d012a", true],
  ["first packet, P bit set", "10 01", false],
  ["a later partition", "11 00", false],
  ["a continuation", "00 00", false],
  ["extended, P bit clear", "90 e0 9234 56 80 50", true],
] as const)
  test(`VP8 keyframe: ${what}: ${keyframe}`, () => assert.equal(vp8(bytes)?.keyframe, keyframe));

test("VP8: a descriptor that is cut off is refused", () => {
  for (const bytes of ["90", "90 80", "90 80 92", "90 c0 12", ""]) assert.equal(vp8(bytes), undefined, bytes);
});

test("VP8: PictureID and TL0PICIDX are overwritten in place, in their own width", () => {
  const packet = hex("90 e0 9234 56 80 00");
  rewriteVp8(packet, vp8("90 e0 9234 56 80 00")!, 0, 0x7fff + 2, 0x101);
  assert.equal(packet.toString("hex"), "90e08001018000");
  const narrow = hex("0000 90 80 12 00");
  rewriteVp8(narrow, vp8("90 80 12 00")!, 2, 0x81, 0);
  assert.equal(narrow.toString("hex"), "000090800100");
});

for (const [what, bytes, starts] of [
  ["SPS alone", "67 42e01f", true],
  ["PPS alone", "68 ce", false],
  ["IDR slice", "65 88", true],
  ["non-IDR slice", "41 9a", false],
  ["STAP-A with SPS and PPS", "78 0004 6742e01f 0002 68ce", true],
  ["STAP-A with SEI then IDR", "78 0002 0605 0002 6588", true],
  ["STAP-A with SEI only", "78 0002 0605", false],
  ["FU-A, start of IDR", "7c 85 88", true],
  ["FU-A, middle of IDR", "7c 05 88", false],
  ["FU-A, start of non-IDR", "7c 81 9a", false],
  ["FU-A cut off", "7c", false],
] as const)
  test(`H.264 keyframe: ${what}: ${starts}`, () => {
    const packet = hex(bytes);
    assert.equal(startsH264Keyframe(packet, 0, packet.length), starts);
  });

test("payload readers take any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(14), fc.nat(14), (bytes, start, end) => {
      const packet = Buffer.from(bytes);
      const descriptor = parseVp8(packet, start, end);
      if (descriptor) {
        assert.ok(start + descriptor.length <= end);
        rewriteVp8(packet, descriptor, 0, 0x1ffff, 0x1ff);
        assert.equal(parseVp8(packet, start, end)?.length, descriptor.length);
      }
      startsH264Keyframe(packet, start, end);
    }),
    { numRuns: 2000 },
  );
});

test("distances go the short way round", () => {
  assert.equal(distance16(65535, 1), 2);
  assert.equal(distance16(1, 65535), -2);
  assert.equal(distance32(0xfffffff0, 0x10), 32);
});

test("unwrapped numbers grow over the wrap, and late ones fall back before it", () => {
  const unwrapper = new Unwrapper16();
  const first = unwrapper.unwrap(65534);
  assert.deepEqual(
    [65535, 0, 2, 1, 65533].map((n) => unwrapper.unwrap(n) - first),
    [1, 2, 4, 3, -1],
  );
  assert.equal(unwrapper.highest, first + 4);
  assert.equal(unwrapper.peek(10) - first, 12);
  assert.equal(unwrapper.highest, first + 4);
});
