import assert from "node:assert/strict";
import { test } from "node:test";
import { buildNack, buildReceiverReport, buildSenderReport, type ReportBlock } from "#rtp";
import { OPUS, Stream, source, subscription, video, World } from "./testing.ts";

/** Behind the frame tag's first byte: the rest of it, start code, 640 and 360 (RFC 6386 9.1). */
const SIZE = "\u0000\u0000\u009d\u0001\u002a\u0080\u0002\u0068\u0001";
const FRAME_MS = 40;

type Playground = ReturnType<typeof video>;

/** 25 frames a second, each of `count` packets of some 1000 bytes, of which `keeps` says which arrive. */
function play({ world, stream, send }: Playground, ms: number, keeps: (packet: Buffer, n: number) => boolean = all) {
  let n = 0;
  world.run(ms, (at) => {
    if (at % FRAME_MS !== 0) return;
    const packets = stream.frame(at === 0, 1, at === 0 ? `${SIZE}${"x".repeat(970)}` : "x".repeat(979));
    send(packets.filter((packet) => keeps(packet, n++)));
  });
}

const all = () => true;
const near = (actual: number, expected: number, by: number, what: string) =>
  assert.ok(Math.abs(actual - expected) <= by, `${what}: ${actual}, not ${expected}`);

const report = (ssrc: number, more: Partial<ReportBlock> = {}): ReportBlock => ({
  ...{ ssrc, fractionLost: 0, cumulativeLost: 0, highestSequence: 1, jitter: 0 },
  ...{ lastSenderReport: 0, delaySinceLastSenderReport: 0, ...more },
});

test("what comes in is told with its rate, frames, picture and codec, and goes out as it came", () => {
  const at = video();
  play(at, 5000);
  const { rx } = at.world.sfu.legMedia("p", at.world.us)!;
  const { tx } = at.world.sfu.legMedia("r", at.world.us)!;
  assert.deepEqual([rx.length, tx.length], [1, 1]);
  const [{ sourceId, kind, mimeType, width, height }] = [rx[0]!];
  assert.deepEqual([sourceId, kind, mimeType, width, height], ["v", "video", "video/VP8", 640, 360]);
  assert.deepEqual([tx[0]!.subscriptionId, tx[0]!.mimeType, tx[0]!.width], ["s", "video/VP8", 640]);
  for (const stream of [rx[0]!, tx[0]!]) {
    near(stream.bitRate, 200_000, 15_000, "bits per second");
    near(stream.frameRate!, 25, 1, "frames per second");
    assert.equal(stream.packetLossPercentage, 0);
  }
  near(rx[0]!.jitterMs, 0, 10, "jitter");
});

test("packets that are lost on the way in are told in percent, and no more once they were repeated", () => {
  const at = video();
  play(at, 5000, (_, n) => n % 10 !== 5);
  near(lossOf(at), 10, 2, "lost");
  const missing: Buffer[] = [];
  play(at, 5000, (packet, n) => n % 10 !== 5 || missing.push(packet) < 0);
  near(lossOf(at), 10, 2, "lost");
  missing.forEach((packet, n) => {
    // The SSRC of retransmissions is known by the mid that it carries.
    at.send([at.stream.rtx(packet, n, 2)]);
  });
  near(lossOf(at), 0, 1, "lost");
});

test("the rates of a stream that stops fall to nothing within 4 s", () => {
  const at = video();
  play(at, 3000);
  at.world.run(4100);
  const { rx } = at.world.sfu.legMedia("p", at.world.us)!;
  assert.deepEqual([rx[0]!.bitRate, rx[0]!.frameRate], [0, 0]);
});

test("loss and jitter on the way out, and the round trip, are those of the receiver's reports", () => {
  const at = video();
  play(at, 1000);
  const ntp = { ntpSeconds: 0xe1e2e3e4, ntpFraction: 0x8000_0000 };
  at.world.rtcp("p", buildSenderReport({ ...ntp, ssrc: 1, rtpTimestamp: 90_000, packetCount: 1, octetCount: 1 }));
  assert.equal(at.receiver.of("sender-report").length, 1);
  at.world.run(100);
  const echo = { lastSenderReport: 0xe3e48000, delaySinceLastSenderReport: Math.round(0.07 * 65536) };
  at.world.rtcp("r", buildReceiverReport(9, [report(0xaaaa, { fractionLost: 64, jitter: 900, ...echo })]));
  const media = at.world.sfu.legMedia("r", at.world.us)!;
  assert.deepEqual([media.tx[0]!.packetLossPercentage, media.tx[0]!.jitterMs], [25, 10]);
  near(media.roundTripTimeMs!, 30, 0.1, "round trip");
  at.world.run(15_000);
  assert.equal(at.world.sfu.legMedia("r", at.world.us)!.tx[0]!.packetLossPercentage, 0, "what is old is no news");
});

test("reports that echo what was never sent, or a delay that cannot be, tell no round trip", () => {
  const at = video();
  play(at, 200);
  at.world.rtcp("r", buildReceiverReport(9, [report(0xaaaa, { lastSenderReport: 77 }), report(1234)]));
  assert.equal(at.world.sfu.legMedia("r", at.world.us)!.roundTripTimeMs, undefined);
});

test("simulcast layers are one stream: their rates together, the picture of the best", () => {
  const world = new World();
  world.leg("p");
  world.sfu.addSource(source("v", "p", { rids: ["q", "h"] }));
  const layers = ["q", "h"].map((rid, i) => new Stream({ ssrc: i + 1, mid: "m-v", rid }));
  world.run(5000, (at) => {
    if (at % FRAME_MS === 0)
      for (const layer of layers)
        for (const packet of layer.frame(at === 0, 1, "x".repeat(479))) world.send("p", packet);
  });
  const [stream] = world.sfu.legMedia("p", world.us)!.rx;
  near(stream!.bitRate, 200_000, 20_000, "bits per second");
  near(stream!.frameRate!, 25, 1, "frames per second of one layer");
});

test("a source that the server muted is not forwarded, repeated, reported or heard, though its sender goes on", () => {
  const at = video();
  play(at, 400);
  const before = at.receiver.take();
  assert.equal(before.length, 10);
  at.world.sfu.muteSource("v", true);
  play(at, 400);
  const sender = { ssrc: 1, ntpSeconds: 1, ntpFraction: 0, rtpTimestamp: 1, packetCount: 1, octetCount: 1 };
  at.world.rtcp("p", buildSenderReport(sender));
  at.world.rtcp("r", buildNack(9, 0xaaaa, [before[9]!.seq]));
  at.world.run(100);
  assert.deepEqual([at.receiver.take().length, at.receiver.of("sender-report").length], [0, 0]);
  at.world.sfu.addSource(source("v", "p"));
  play(at, 400);
  assert.equal(at.receiver.take().length, 0, "a new negotiation does not unmute it");
  at.world.sfu.muteSource("v", false);
  play(at, 400);
  assert.equal(at.receiver.take().length, 10);
});

test("a source that is added muted is silent from its first packet on", () => {
  const world = new World();
  world.leg("p");
  const receiver = world.leg("r");
  world.sfu.addSource(source("a", "p", { kind: "audio" }), true);
  world.sfu.addSubscription(subscription("s", "r", "a"), world.us);
  const stream = new Stream({ ssrc: 1, mid: "m-a", payloadType: OPUS.payloadType });
  world.run(600, (at) => at % 20 === 0 && world.send("p", stream.audio(10)));
  assert.deepEqual([receiver.rtp.length, world.speakers.length], [0, 0]);
  assert.ok(world.sfu.legMedia("p", world.us)!.rx[0]!.bitRate > 0, "it is received all the same");
});

function lossOf({ world }: Playground): number {
  return world.sfu.legMedia("p", world.us)!.rx[0]!.packetLossPercentage;
}
