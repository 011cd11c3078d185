import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRtp } from "#rtp";
import { Stream, source, subscription, video, World } from "./testing.ts";

test("SSRCs are found by mid, by what the offer named, and not at all otherwise", () => {
  const world = new World();
  world.leg("p");
  const receiver = world.leg("r");
  world.sfu.addSource(source("v", "p", { ssrcs: [{ media: 77, rtx: 78 }] }));
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  const named = new Stream({ ssrc: 77 });
  world.send("p", named.frame(true)[0]!);
  world.send("p", new Stream({ ssrc: 79 }).frame(true)[0]!);
  world.send("p", new Stream({ ssrc: 80, mid: "nothing" }).frame(true)[0]!);
  assert.equal(receiver.rtp.length, 1);
  const lost = named.frame(false, 1, "lost")[0]!;
  world.send("p", named.frame(false)[0]!);
  world.send("p", named.rtx(lost, 1, 78));
  assert.equal(receiver.rtp.at(-1)?.body, "Qlost0");
});

test("a source that begins anew under the same mid is found by its old SSRC, which no longer says its mid", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true));
  world.sfu.removeSource("v");
  receiver.take();
  world.sfu.addSource(source("again", "p", { mid: "m-v" }));
  world.sfu.addSubscription(subscription("t", "r", "again"), world.us);
  const bare = new Stream({ ssrc: 1, seq: 2000 });
  send(bare.frame(true));
  assert.equal(receiver.rtp.length, 1);
});

test("a peer that names a new SSRC in every packet changes a layer once a second at most", () => {
  const { world, receiver, send } = video();
  for (let ssrc = 1; ssrc < 1000; ssrc++) send(new Stream({ ssrc, mid: "m-v" }).frame(true));
  assert.equal(receiver.rtp.length, 1);
  world.run(1100);
  send(new Stream({ ssrc: 5000, mid: "m-v" }).frame(true));
  world.run(20);
  send(new Stream({ ssrc: 5000, mid: "m-v", seq: 1001 }).frame(true));
  assert.equal(receiver.rtp.length, 2);
});

test("whatever bytes a peer sends, nothing is thrown, and what goes out is a whole packet of ours", () => {
  const { world, receiver, stream, send } = video();
  send(stream.frame(true));
  const heads = fc.constantFrom("90e0", "9060", "90e1", "b0e0", "80e0", "81cd", "8fcd", "81ce", "80c8", "81c9", "8fce");
  const ssrcs = fc.constantFrom("00000001", "00000002", "0000aaaa");
  fc.assert(
    fc.property(heads, fc.nat(65_535), ssrcs, fc.uint8Array({ maxLength: 60 }), (head, seq, ssrc, rest) => {
      const start = Buffer.from(`${head}${seq.toString(16).padStart(4, "0")}00000000${ssrc}bede0001`, "hex");
      const packet = Buffer.concat([start, Buffer.from(rest)]);
      world.send("p", Buffer.from(packet));
      for (const leg of ["p", "r"]) world.rtcp(leg, packet);
      world.run(10);
    }),
    { numRuns: 3000 },
  );
  assert.ok(receiver.rtp.every((packet) => packet.ssrc === 0xaaaa || packet.ssrc === 0xbbbb));
});

test("packets larger than any path carries are dropped", () => {
  const { receiver, stream, send } = video();
  send(stream.frame(true, 1, "x".repeat(3000)));
  assert.equal(receiver.rtp.length, 0);
  assert.ok(parseRtp(stream.frame(true)[0]!));
});
