import assert from "node:assert/strict";
import { test } from "node:test";
import { buildNack, buildSenderReport } from "#rtp";
import { type Client, IDS, Stream, source, subscription, World } from "./testing.ts";

const FRAME_MS = 30;

/** A publisher with two layers of different SSRC, numbers and timestamps, and a receiver. */
function simulcast(starts: { readonly seq?: number; readonly timestamp?: number; readonly pictureId?: number }[] = []) {
  const world = new World();
  const [publisher, receiver] = [world.leg("p"), world.leg("r")];
  world.sfu.addSource(source("v", "p", { rids: ["q", "h"] }));
  const [low, high] = ["q", "h"].map((rid, i) => new Stream({ ssrc: 10 + i, mid: "m-v", rid, ...starts[i] }));
  const layers = [low!, high!];
  const frame = (layer: Stream) => {
    const asked = takePli(publisher, layer.start.ssrc);
    for (const packet of layer.frame(asked, 2, layer === low ? "low" : "high")) world.send("p", packet);
  };
  /** Every layer makes a frame each 30 ms; a key frame if one was asked for since the last. */
  const run = (ms: number, which = layers) => world.run(ms, (at) => at % FRAME_MS === 0 && which.forEach(frame));
  return { world, publisher, receiver, low: low!, high: high!, run };
}

/** True if this SSRC was asked for a key frame since the last call. */
function takePli(publisher: Client, ssrc: number): boolean {
  const mine = publisher.of("pli").filter((pli) => pli.mediaSsrc === ssrc);
  for (const pli of mine) publisher.rtcp.splice(publisher.rtcp.indexOf(pli), 1);
  return mine.length > 0;
}

function assertSeamless(receiver: Client): void {
  const packets = receiver.rtp;
  packets.slice(1).forEach((packet, i) => {
    const before = packets[i]!;
    assert.equal((packet.seq - before.seq) & 0xffff, 1, `sequence number at ${i}`);
    const newFrame = before.marker ? 1 : 0;
    assert.equal((packet.pictureId! - before.pictureId!) & 0x7fff, newFrame, `picture id at ${i}`);
    assert.equal((packet.tl0PicIdx! - before.tl0PicIdx!) & 0xff, newFrame, `TL0PICIDX at ${i}`);
    const step = (packet.timestamp - before.timestamp) | 0;
    assert.ok(newFrame ? step > 0 && step < 90_000 : step === 0, `timestamp step ${step} at ${i}`);
  });
}

const shown = (receiver: Client) => receiver.rtp.map((p) => (p.body.includes("low") ? "low" : "high"));

test("the best layer is forwarded; a lower wish switches at its next key frame, without a seam, and back", () => {
  const { world, receiver, run } = simulcast([
    { seq: 65_500, timestamp: 5, pictureId: 32_760 },
    { seq: 100, timestamp: 2 ** 32 - 9000, pictureId: 3 },
  ]);
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(1000);
  assert.equal(shown(receiver).at(-1), "high");
  world.sfu.setSubscription("s", 0, false);
  run(1000);
  assert.equal(shown(receiver).at(-1), "low");
  world.sfu.setSubscription("s", 5, false);
  run(1000);
  assert.equal(shown(receiver).at(-1), "high");
  assertSeamless(receiver);
});

test("while the new layer's key frame is not there, the old one goes on", () => {
  const { world, receiver, run, low, high } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(500);
  const frames = receiver.rtp.length;
  world.sfu.setSubscription("s", 0, false);
  world.run(300, (at) => {
    if (at % FRAME_MS) return;
    for (const layer of [low, high])
      for (const packet of layer.frame(false, 1, layer === low ? "low" : "high")) world.send("p", packet);
  });
  assert.equal(receiver.rtp.length, frames + 10);
  assert.equal(shown(receiver).at(-1), "high");
});

test("a layer that its sender stops is replaced by the best one that still comes", () => {
  const { world, receiver, run, low } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(600);
  run(3000, [low]);
  assert.equal(shown(receiver).at(-1), "low");
  const packets = receiver.rtp;
  assert.ok(packets.slice(1).every((packet, i) => ((packet.seq - packets[i]!.seq) & 0xffff) === 1));
});

test("with sender reports of both layers a switch keeps the sender's time to the tick", () => {
  const { world, receiver, run, low, high } = simulcast([{ timestamp: 1_000_000 }, { timestamp: 77 }]);
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(300);
  // At one moment the layers' clocks read these; the reports are half a second apart.
  const report = (stream: Stream, seconds: number, fraction: number, ticks: number) =>
    world.rtcp(
      "p",
      buildSenderReport({
        ssrc: stream.start.ssrc,
        ntpSeconds: seconds,
        ntpFraction: fraction,
        rtpTimestamp: stream.timestamp + ticks,
        packetCount: 0,
        octetCount: 0,
      }),
    );
  report(high, 5000, 0, 0);
  report(low, 5000, 2 ** 31, 45_000);
  world.sfu.setSubscription("s", 0, false);
  run(600);
  const at = shown(receiver).indexOf("low", shown(receiver).indexOf("high"));
  const step = (receiver.rtp[at]!.timestamp - receiver.rtp[at - 1]!.timestamp) | 0;
  assert.equal(step % 3000, 0);
  assertSeamless(receiver);
});

test("sender reports that make no sense are not believed", () => {
  const { world, receiver, run, low, high } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(300);
  for (const [stream, ntpSeconds] of [
    [high, 5000],
    [low, 9000],
  ] as const)
    world.rtcp(
      "p",
      buildSenderReport({
        ssrc: stream.start.ssrc,
        ntpSeconds,
        ntpFraction: 0,
        rtpTimestamp: stream.timestamp,
        packetCount: 0,
        octetCount: 0,
      }),
    );
  world.sfu.setSubscription("s", 0, false);
  run(600);
  assertSeamless(receiver);
});

test("after a switch, NACKs for packets before it are answered from the old layer", () => {
  const { world, receiver, run } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(500);
  world.sfu.setSubscription("s", 0, false);
  run(500);
  const sent = receiver.take();
  const [old, fresh] = [sent.find((p) => p.body.includes("high"))!, sent.at(-1)!];
  world.rtcp("r", buildNack(5, 0xaaaa, [old.seq, fresh.seq]));
  assert.deepEqual(
    receiver.take().map((p) => [p.original, p.body, p.timestamp]),
    [old, fresh].map((p) => [p.seq, p.body, p.timestamp]),
  );
});

test("two receivers of one source switch independently of each other", () => {
  const { world, receiver, run } = simulcast();
  const other = world.leg("o");
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  world.sfu.addSubscription(subscription("t", "o", "v"), world.us);
  world.sfu.setSubscription("t", 0, false);
  run(1500);
  assert.equal(shown(receiver).at(-1), "high");
  assert.deepEqual(new Set(shown(other)), new Set(["low"]));
  assertSeamless(other);
});

test("the repaired rid tells which layer a retransmission belongs to", () => {
  const { world, receiver, run, low } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  world.sfu.setSubscription("s", 0, false);
  run(300);
  const lost = low.frame(false, 1, "lost")[0]!;
  run(FRAME_MS);
  const rtx = low.rtx(lost, 1, 999);
  // The stream's rid element becomes a repaired rid element.
  const at = rtx.indexOf(Buffer.from([IDS.rid << 4, "q".charCodeAt(0)]));
  rtx[at] = IDS.repairedRid << 4;
  world.send("p", rtx);
  assert.equal(receiver.rtp.at(-1)?.body, "Qlost0");
});

test("a packet that comes late right before a switch does not turn the picture numbers back", () => {
  const { world, receiver, run, low, high } = simulcast();
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  run(300);
  const late = high.frame(false, 1, "late")[0]!;
  run(90);
  const newest = receiver.rtp.at(-1)!;
  world.sfu.setSubscription("s", 0, false);
  world.run(10);
  world.send("p", late);
  world.send("p", low.frame(true, 1, "low")[0]!);
  const switched = receiver.rtp.at(-1)!;
  assert.match(switched.body, /low/);
  assert.equal(switched.pictureId! - newest.pictureId!, 1);
  assert.equal(switched.seq - newest.seq, 1);
});
