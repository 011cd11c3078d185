import assert from "node:assert/strict";
import { test } from "node:test";
import { h264Profile, matchCodec } from "./codec-match.ts";

for (const [fmtp, profile] of [
  ["level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", "constrained-baseline"],
  ["profile-level-id=42001f", "baseline"],
  ["profile-level-id=4d001f", "main"],
  ["profile-level-id=4d801f", "constrained-baseline"],
  ["profile-level-id=64001f", "high"],
  ["profile-level-id=640c1f", "constrained-high"],
  ["profile-level-id=f4001f", "244/0"],
  ["profile-level-id=zz", "0/0"],
  [undefined, "baseline"],
] as const)
  test(`H.264 ${fmtp} is ${profile}`, () => assert.equal(h264Profile(fmtp), profile));

const h264 = (fmtp: string, payloadType = 1) => ({ mimeType: "video/H264", payloadType, fmtp });

test("a receiver of packetization mode 1 takes mode 0, and not the other way (RFC 6184 6)", () => {
  const [zero, one] = [h264("profile-level-id=42e01f"), h264("profile-level-id=42e01f;packetization-mode=1")];
  assert.equal(matchCodec(zero, [one]), one);
  assert.equal(matchCodec(one, [zero]), undefined);
});

test("the first codec that fits is taken", () => {
  const accepted = [
    { mimeType: "video/VP8", payloadType: 96 },
    h264("profile-level-id=640c1f", 5),
    h264("profile-level-id=42e034", 6),
  ];
  assert.equal(matchCodec(h264("profile-level-id=42e01f"), accepted)?.payloadType, 6);
  assert.equal(matchCodec({ mimeType: "video/vp8", payloadType: 1 }, accepted)?.payloadType, 96);
  assert.equal(matchCodec({ mimeType: "audio/opus", payloadType: 1 }, accepted), undefined);
});
