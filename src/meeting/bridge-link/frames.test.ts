import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFrame, type Frame, FrameError, FrameReader, MAX_PAYLOAD } from "./frames.ts";

const VECTORS: readonly [Frame, string][] = [
  [{ kind: "open", body: "{}" }, "00000000027b7d"],
  [{ kind: "text", text: "é" }, "0100000002c3a9"],
  [{ kind: "binary", data: Buffer.from([1, 2, 3]) }, "0200000003010203"],
  [{ kind: "close", code: 1012, reason: "gone" }, "030000000603f4676f6e65"],
];

test("frames have the bytes that docs and both ends agree on", () => {
  for (const [frame, hex] of VECTORS) {
    assert.equal(encodeFrame(frame).toString("hex"), hex);
    assert.deepEqual(new FrameReader().push(Buffer.from(hex, "hex")), [frame]);
  }
});

test("however the bytes are cut, the same frames come out", () => {
  const frames: Frame[] = [...VECTORS.map(([frame]) => frame), { kind: "binary", data: Buffer.alloc(0) }];
  const bytes = Buffer.concat(frames.map(encodeFrame));
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
      const reader = new FrameReader();
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const out = edges.slice(1).flatMap((end, i) => reader.push(bytes.subarray(edges[i], end)));
      assert.deepEqual(out, frames);
    }),
  );
});

test("any bytes give frames or a FrameError, and nothing larger than the limit is waited for", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        new FrameReader().push(Buffer.from(bytes));
      } catch (error) {
        assert.ok(error instanceof FrameError);
      }
    }),
  );
  const header = Buffer.from([2, 0, 0, 0, 0]);
  header.writeUInt32BE(MAX_PAYLOAD + 1, 1);
  assert.throws(() => new FrameReader().push(header), FrameError);
});

test("a reason is cut at 123 bytes between characters", () => {
  const [frame] = new FrameReader().push(encodeFrame({ kind: "close", code: 1000, reason: "é".repeat(100) }));
  assert.deepEqual(frame, { kind: "close", code: 1000, reason: "é".repeat(61) });
});
