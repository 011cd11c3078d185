import assert from "node:assert/strict";
import { test } from "node:test";
import { buildNack, buildPli, buildSenderReport } from "#rtp";
import { type Client, OPUS, Stream, source, subscription, VP8, video, World } from "./testing.ts";

const bodies = (client: Client) => client.rtp.map((packet) => packet.body);
const steps = (numbers: readonly number[], bits = 16) =>
  numbers.slice(1).map((n, i) => (n - numbers[i]! + 2 ** bits) % 2 ** bits);

test("audio goes out under the receiver's payload type, SSRC and header extension ids", () => {
  const world = new World();
  world.leg("p");
  const receiver = world.leg("r");
  world.sfu.addSource(source("a", "p", { kind: "audio" }));
  world.sfu.addSubscription(subscription("s", "r", "a"), world.us);
  const stream = new Stream({ ssrc: 9, mid: "m-a", payloadType: OPUS.payloadType });
  for (let i = 0; i < 3; i++) world.send("p", stream.audio(30, `opus${i}`));
  assert.deepEqual(bodies(receiver), ["opus0", "opus1", "opus2"]);
  assert.ok(receiver.rtp.every((packet) => packet.ssrc === 0xaaaa && packet.payloadType === 63));
  assert.deepEqual(
    receiver.rtp.map((packet) => packet.extensions[6]),
    ["0000", "0001", "0002"],
  );
  assert.equal(receiver.rtp[0]?.extensions[5], "1e");
  assert.deepEqual(steps(receiver.rtp.map((packet) => packet.timestamp)), [960, 960]);
});

test("video begins with a key frame, which the publisher is asked for every 500 ms until it comes", () => {
  const { world, publisher, receiver, stream, send } = video();
  world.run(1200, (at) => {
    if (at % 30 === 0) send(stream.frame(false));
  });
  assert.equal(receiver.rtp.length, 0);
  assert.deepEqual(
    publisher.of("pli").map((pli) => pli.mediaSsrc),
    [1, 1, 1],
  );
  send(stream.frame(true, 2, "key"));
  send(stream.frame(false, 1, "delta"));
  assert.deepEqual(bodies(receiver), ["Pkey0", "Pkey1", "Qdelta0"]);
  world.run(1000, () => send(stream.frame(false)));
  assert.equal(publisher.of("pli").length, 3);
});

test("a receiver's PLI reaches the publisher, two in 500 ms as one", () => {
  const { world, publisher, stream, send } = video();
  send(stream.frame(true));
  world.run(600, () => send(stream.frame(false)));
  publisher.rtcp.length = 0;
  world.rtcp("r", buildPli(5, 0xaaaa));
  world.run(10);
  world.rtcp("r", buildPli(5, 0xaaaa));
  world.run(100);
  assert.equal(publisher.of("pli").length, 1);
});

test("sequence numbers and picture ids go over their wraps without a step", () => {
  const { receiver, stream, send } = video({ seq: 65_530, pictureId: 32_765 });
  send(stream.frame(true, 3));
  for (let i = 0; i < 6; i++) send(stream.frame(false, 2));
  assert.deepEqual(new Set(steps(receiver.rtp.map((p) => p.seq))), new Set([1]));
  const pictureIds = receiver.rtp.filter((p) => p.marker).map((p) => p.pictureId!);
  assert.deepEqual(new Set(steps(pictureIds, 15)), new Set([1]));
});

test("padding without payload is left out, and no gap shows", () => {
  const { receiver, stream, send } = video();
  send(stream.frame(true));
  send([stream.padding(), stream.padding()]);
  send(stream.frame(false));
  send([stream.padding()]);
  send(stream.frame(false));
  assert.equal(receiver.rtp.length, 3);
  assert.deepEqual(steps(receiver.rtp.map((p) => p.seq)), [1, 1]);
});

test("padding that comes late fills the number that was kept for it", () => {
  const { receiver, stream, send } = video();
  send(stream.frame(true));
  const late = stream.padding();
  send(stream.frame(false));
  send([late]);
  const seqs = receiver.rtp.map((p) => p.seq);
  assert.deepEqual([seqs[2]! - seqs[0]!, seqs[1]! - seqs[0]!], [1, 2]);
  assert.equal(receiver.rtp[2]?.body, "");
});

test("a packet that came twice goes out once", () => {
  const { receiver, stream, send } = video();
  const frame = stream.frame(true, 2);
  send([...frame, ...frame]);
  assert.equal(receiver.rtp.length, 2);
});

test("what a receiver misses is repeated from the cache under its RTX payload type and SSRC", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true, 3));
  send([stream.padding()]);
  send(stream.frame(false, 2));
  const sent = receiver.take();
  world.rtcp("r", buildNack(5, 0xaaaa, [sent[1]!.seq, sent[4]!.seq]));
  const repeated = receiver.take();
  assert.deepEqual(
    repeated.map((p) => [p.payloadType, p.ssrc]),
    [
      [101, 0xbbbb],
      [101, 0xbbbb],
    ],
  );
  assert.deepEqual(
    repeated.map((p) => [p.original, p.body, p.timestamp, p.pictureId]),
    [1, 4].map((i) => [sent[i]!.seq, sent[i]!.body, sent[i]!.timestamp, sent[i]!.pictureId]),
  );
  assert.equal(world.sfu.legMedia("r", 0)?.nacksAnswered, 2);
});

test("without an RTX payload type nothing is repeated: no number goes out twice under one key", () => {
  const { world, receiver, stream, send } = video();
  const codecs = [{ mimeType: "video/VP8", payloadType: 100 }];
  world.sfu.addSubscription(subscription("s", "r", "v", { codecs }), world.us);
  send(stream.frame(true, 2));
  const [first] = receiver.take();
  world.rtcp("r", buildNack(5, 0xaaaa, [first!.seq]));
  assert.equal(receiver.rtp.length, 0);
});

test("NACKs for anything else are answered by nothing, and a flood of them by a limited share", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true, 2));
  const [first] = receiver.take();
  world.rtcp("r", buildNack(5, 0xaaaa, [first!.seq + 500, first!.seq - 1]));
  world.rtcp("r", buildNack(5, 0xdead, [first!.seq]));
  assert.equal(receiver.take().length, 0);
  for (let i = 0; i < 1000; i++) world.rtcp("r", buildNack(5, 0xaaaa, [first!.seq]));
  assert.ok(receiver.take().length <= 200);
});

test("a gap is asked for within 20 ms, and the publisher's retransmission fills it", () => {
  const { world, publisher, receiver, stream, send } = video();
  send(stream.frame(true));
  const lost = stream.frame(false, 1, "lost")[0]!;
  send(stream.frame(false));
  world.run(20);
  const seq = lost.readUInt16BE(2);
  assert.deepEqual(
    publisher.of("nack").map((nack) => nack.sequenceNumbers),
    [[seq]],
  );
  send([stream.rtx(lost, 1, 2)]);
  assert.equal(receiver.rtp.at(-1)?.body, "Qlost0");
  assert.equal(receiver.rtp[1]!.seq - receiver.rtp[2]!.seq, 1);
  world.run(2000, () => send(stream.frame(false)));
  assert.equal(publisher.of("nack").length, 1);
});

test("a packet that never comes is asked for a limited number of times", () => {
  const { world, publisher, stream, send } = video();
  send(stream.frame(true));
  stream.frame(false);
  world.run(4000, () => send(stream.frame(false)));
  assert.ok(publisher.of("nack").length >= 3 && publisher.of("nack").length <= 8);
});

test("sender reports are translated to the receiver's SSRC and timestamps", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true, 2));
  const report = { ssrc: 1, ntpSeconds: 100, ntpFraction: 7, rtpTimestamp: 90_123, packetCount: 9, octetCount: 9 };
  world.rtcp("p", buildSenderReport(report));
  const [translated] = receiver.of("sender-report");
  assert.equal(translated?.ssrc, 0xaaaa);
  assert.equal(translated?.ntpSeconds, 100);
  assert.equal(translated?.rtpTimestamp, 90_123);
  assert.equal(translated?.packetCount, 2);
});

test("a muted source reaches nobody; unmuted it goes on with a key frame and without a gap", () => {
  const { world, publisher, receiver, stream, send } = video();
  send(stream.frame(true));
  const before = receiver.take();
  assert.equal(world.sfu.muteSource("v", true), true);
  world.run(2000, () => send(stream.frame(false)));
  assert.equal(receiver.rtp.length, 0);
  publisher.rtcp.length = 0;
  world.sfu.muteSource("v", false);
  world.run(20, () => send(stream.frame(false)));
  assert.equal(publisher.of("pli").length, 1);
  assert.equal(receiver.rtp.length, 0);
  send(stream.frame(true));
  const [after] = receiver.take();
  assert.equal(after!.seq, (before.at(-1)!.seq + 1) & 0xffff);
  assert.equal(after!.pictureId, (before.at(-1)!.pictureId! + 1) & 0x7fff);
});

test("a paused subscription gets nothing, and its publisher is asked for nothing", () => {
  const { world, publisher, receiver, stream, send } = video();
  send(stream.frame(true));
  world.run(1000, () => send(stream.frame(false)));
  receiver.take();
  publisher.rtcp.length = 0;
  world.sfu.setSubscription("s", 2, true);
  world.run(1000, (at) => {
    stream.frame(false);
    if (at % 50) send(stream.frame(false));
  });
  assert.equal(receiver.rtp.length, 0);
  assert.equal(publisher.of("pli").length + publisher.of("nack").length, 0);
});

test("a source of another call, an unknown leg or source is refused", () => {
  const world = new World();
  world.leg("p", "call");
  world.leg("x", "other");
  world.sfu.addSource(source("v", "p"));
  assert.equal(world.sfu.addSubscription(subscription("s", "x", "v"), world.us), "other-call");
  assert.equal(world.sfu.addSubscription(subscription("s", "x", "none"), world.us), "unknown-source");
  assert.equal(world.sfu.addSubscription(subscription("s", "none", "v"), world.us), "unknown-leg");
  assert.equal(world.sfu.addSource(source("w", "none")), "unknown-leg");
  assert.equal(world.sfu.addSource(source("v", "x")), "unknown-leg", "another leg's source cannot be taken over");
});

test("H.264 goes only to receivers of the same profile", () => {
  const world = new World();
  world.leg("p");
  const [same, other] = [world.leg("same"), world.leg("other")];
  const h264 = (fmtp: string) => ({ mimeType: "video/H264", payloadType: 102, fmtp });
  world.sfu.addSource(source("v", "p", { codecs: [h264("profile-level-id=42e01f;packetization-mode=1"), VP8] }));
  world.sfu.addSubscription(
    subscription("1", "same", "v", { codecs: [h264("packetization-mode=1;profile-level-id=42c034")] }),
    world.us,
  );
  world.sfu.addSubscription(
    subscription("2", "other", "v", { codecs: [h264("profile-level-id=640c1f;packetization-mode=1")] }),
    world.us,
  );
  const stream = new Stream({ ssrc: 1, mid: "m-v", payloadType: 102 });
  world.send("p", stream.packet(Buffer.from("67aabb", "hex"), false));
  world.send("p", stream.packet(Buffer.from("65aabb", "hex"), true));
  assert.equal(same.rtp.length, 2);
  assert.equal(other.rtp.length, 0);
});

test("a leg that ends takes its sources and subscriptions along", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true));
  world.sfu.removeLeg("p");
  send(stream.frame(false));
  world.run(100);
  assert.equal(receiver.rtp.length, 1);
  assert.equal(world.sfu.addSubscription(subscription("t", "r", "v"), world.us), "unknown-source");
});
