import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TurnpikeError } from "#base";
import { captured } from "../testing.ts";
import { MAX_SDP, parseOffer } from "./offer.ts";

test("Chromium's first offer has three m-lines to receive each of audio and video, and data channels", () => {
  const offer = parseOffer(captured("join"));
  assert.deepEqual(
    offer.sections.map(({ kind, mid, direction }) => `${mid} ${kind} ${direction}`),
    [
      ...["0 audio recvonly", "1 audio recvonly", "2 audio recvonly"],
      ...["3 video recvonly", "4 video recvonly", "5 video recvonly", "6 application sendrecv"],
    ],
  );
  assert.match(offer.iceUfrag, /^[A-Za-z0-9+/]{4}$/);
  assert.equal(offer.fingerprint.algorithm, "sha-256");
  assert.equal(offer.sections[6]?.sctpPort, 5000);
  assert.ok(offer.sections[0]?.codecs.some(({ name, payloadType }) => name === "opus" && payloadType === 111));
});

test("a camera in three layers names its track and its rids", () => {
  const offer = parseOffer(captured("camera-in-three-layers"));
  const camera = offer.sections.find(({ direction }) => direction === "sendonly");
  assert.equal(camera?.trackId, "a1fe0c59-aef1-40c6-b8a5-44ba6f36d453");
  assert.deepEqual(camera?.rids, ["q", "h", "f"]);
  assert.deepEqual(offer.candidateAddresses, ["192.0.2.7"]);
});

test("a microphone names its stream's SSRC", () => {
  const offer = parseOffer(captured("camera-and-microphone"));
  const microphone = offer.sections.find(({ kind, direction }) => kind === "audio" && direction === "sendonly");
  assert.equal(microphone?.ssrcs.length, 1);
  assert.equal(microphone?.ssrcs[0]?.rtx, undefined);
});

test("SSRCs are paired with their retransmissions", () => {
  const sdp = section(
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=sendonly",
    "a=rtpmap:96 VP8/90000",
    "a=ssrc-group:FID 11 12",
    "a=ssrc:11 cname:x",
    "a=ssrc:12 cname:x",
  );
  assert.deepEqual(parseOffer(sdp).sections[0]?.ssrcs, [{ media: 11, rtx: 12 }]);
});

const refusals: [string, string, RegExp][] = [
  ["no m-line", head(), /no m-line/],
  ["no fingerprint", section("m=audio 9 UDP/TLS/RTP/SAVPF 111").replace(/a=fingerprint.*\r\n/, ""), /fingerprint/],
  ["a broken hash function", section("m=audio 9 UDP/TLS/RTP/SAVPF 111").replace("sha-256", "sha-1"), /fingerprint/],
  ["no ICE", section("m=audio 9 UDP/TLS/RTP/SAVPF 111").replace(/a=ice-ufrag.*\r\n/, ""), /ice-ufrag/],
  [
    "two m-lines with one mid",
    section("m=audio 9 UDP/TLS/RTP/SAVPF 111") + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n",
    /same mid/,
  ],
  [
    "65 m-lines",
    head() + Array.from({ length: 65 }, (_, i) => `m=audio 9 X/Y 1\r\na=mid:${i}\r\n`).join(""),
    /more than 64/,
  ],
  ["a line of 5000 bytes", section(`a=x:${"y".repeat(5000)}`), /line is longer/],
  ["257 KB", section(...Array<string>(700).fill(`a=x:${"y".repeat(400)}`)), /longer than/],
  [
    "a mid that would break the answer",
    section("m=audio 9 UDP/TLS/RTP/SAVPF 111").replace("a=mid:0", "a=mid:0:1"),
    /mid/,
  ],
];

for (const [what, sdp, why] of refusals)
  test(`an offer with ${what} is refused`, () => {
    assert.throws(
      () => parseOffer(sdp),
      (error: TurnpikeError) => error.code === "SIGNALLING_BAD_OFFER" && why.test(error.message),
    );
  });

test("whatever is sent, an offer is read or refused by its own error", () => {
  const lines = captured("camera-and-microphone").split("\r\n");
  const mangled = fc
    .tuple(fc.nat(lines.length - 1), fc.string({ unit: "binary" }), fc.nat(40))
    .map(([at, text, cut]) => lines.with(at, lines[at]!.slice(0, cut) + text).join("\r\n"));
  fc.assert(
    fc.property(fc.oneof(mangled, fc.string({ maxLength: 2000 })), (sdp) => {
      try {
        assert.ok(parseOffer(sdp).sections.length > 0);
      } catch (error) {
        assert.ok(error instanceof TurnpikeError && error.code === "SIGNALLING_BAD_OFFER", String(error));
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(MAX_SDP > 100_000);
});

function head(): string {
  return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
}

function section(...attributes: string[]): string {
  const fingerprint = `a=fingerprint:sha-256 ${Array(32).fill("0A").join(":")}`;
  const [media, rest] = attributes[0]?.startsWith("m=")
    ? [attributes[0], attributes.slice(1)]
    : ["m=audio 9 UDP/TLS/RTP/SAVPF 111", attributes];
  return `${head()}${[media, "a=mid:0", "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuv", fingerprint, ...rest].join("\r\n")}\r\n`;
}
