import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameWatch } from "./frame-watch.ts";

const LONGEST = 100_000;

/** A client's frame (RFC 6455 5.2); `form` is how its length is written. */
function frame(bytes: number, form: "shortest" | "16" | "64" = "shortest", masked = 0x80): Buffer {
  const mask = masked ? Buffer.from("37fa213d", "hex") : Buffer.alloc(0);
  const as64 = form === "64" || bytes > 0xffff;
  const as16 = !as64 && (form === "16" || bytes > 125);
  const length = Buffer.alloc(as64 ? 9 : as16 ? 3 : 1);
  length[0] = masked | (as64 ? 127 : as16 ? 126 : bytes);
  if (as64) length.writeBigUInt64BE(BigInt(bytes), 1);
  else if (as16) length.writeUInt16BE(bytes, 1);
  return Buffer.concat([Buffer.from([0x82]), length, mask, Buffer.alloc(Math.min(bytes, LONGEST + 1), 0x81)]);
}

const SIZES = [0, 1, 125, 126, 65_535, 65_536, LONGEST];

for (const step of [1, 2, 3, 7, 13, 14, 15, 1_000, 1_000_000])
  test(`frames pass in pieces of ${step} bytes`, () => {
    const watch = new FrameWatch(LONGEST);
    const bytes = Buffer.concat(SIZES.map((size) => frame(size)));
    for (let at = 0; at < bytes.length; at += step) assert.ok(watch.take(bytes.subarray(at, at + step)));
  });

for (const [what, bytes] of [
  ["one byte too long", frame(LONGEST + 1)],
  ["far too long", frame(2 ** 40)],
  ["of a length whose top bit is set", Buffer.from("82ffffffffffffffffff37fa213d", "hex")],
  ["without a mask", frame(5, "shortest", 0)],
  ["of a short length in 16 bits", frame(5, "16")],
  ["of a short length in 64 bits", frame(500, "64")],
] as const)
  test(`a frame ${what} is refused, also behind good ones and in pieces`, () => {
    assert.equal(new FrameWatch(LONGEST).take(bytes), false);
    const watch = new FrameWatch(LONGEST);
    const all = Buffer.concat([frame(3), frame(300), bytes]);
    const taken = Array.from(all, (byte) => watch.take(Uint8Array.of(byte)));
    assert.ok(taken.includes(false));
  });
