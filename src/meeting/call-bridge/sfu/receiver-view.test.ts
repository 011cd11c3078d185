import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildNack } from "#rtp";
import { Stream, source, subscription, World } from "./testing.ts";

/** What becomes of one packet between publisher and us. */
const fate = fc.constantFrom("goes", "goes", "goes", "goes", "lost", "late", "twice", "padding");

test("whatever the line up does, a receiver that fills its gaps by NACK gets each packet once, in order, and no hole that was not a loss", () => {
  fc.assert(
    fc.property(fc.array(fate, { minLength: 10, maxLength: 120 }), fc.nat(65_535), (fates, seq) => {
      const { arrived, shown, highest } = play(fates, seq);
      const bodies = [...shown]
        .sort(([a], [b]) => a - b)
        .map(([, body]) => body)
        .filter((body) => body !== "");
      assert.deepEqual(
        bodies,
        arrived.map((n) => `P${n}.0`),
        "each once, in order",
      );
      const holes = highest - Math.min(...shown.keys()) + 1 - shown.size;
      const lost = fates.filter((what) => what === "lost").length;
      assert.ok(holes <= lost, `${holes} holes, ${lost} losses`);
    }),
    { numRuns: 300 },
  );
});

/** Plays a stream of key frames of one packet each, and applies what comes out as a receiver would. */
function play(fates: readonly string[], seq: number) {
  const world = new World();
  world.leg("p");
  const receiver = world.leg("r");
  world.sfu.addSource(source("v", "p"));
  world.sfu.addSubscription(subscription("s", "r", "v"), world.us);
  const stream = new Stream({ ssrc: 1, mid: "m-v", seq });
  world.send("p", stream.frame(true, 1, "first.")[0]!);
  const first = receiver.take()[0]!.seq;
  const numberOf = (seqOut: number) => ((seqOut - first) << 16) >> 16;
  const shown = new Map<number, string>();
  for (const packet of onTheWire(stream, fates)) world.send("p", packet);
  for (const { seq: out, body } of receiver.take()) {
    assert.ok(!shown.has(numberOf(out)), "no number goes out twice");
    shown.set(numberOf(out), body);
  }
  for (const [number, body] of shown) {
    world.us += 10_000;
    world.rtcp("r", buildNack(5, 0xaaaa, [(first + number) & 0xffff]));
    const [again] = receiver.take();
    assert.deepEqual([again?.body, again?.original], [body, (first + number) & 0xffff], "it can be had again");
  }
  const arrived = fates.flatMap((what, n) => (what === "lost" || what === "padding" ? [] : [n]));
  return { arrived, shown, highest: Math.max(...shown.keys(), 0) };
}

/** The packets in the order in which they come: a late one after its successor. */
function onTheWire(stream: Stream, fates: readonly string[]): Buffer[] {
  const wire: Buffer[] = [];
  let late: Buffer[] = [];
  fates.forEach((what, n) => {
    const packet = what === "padding" ? stream.padding() : stream.frame(true, 1, `${n}.`)[0]!;
    if (what === "lost") return;
    if (what === "late") late.push(packet);
    else {
      wire.push(packet, ...(what === "twice" ? [Buffer.from(packet)] : []), ...late);
      late = [];
    }
  });
  return [...wire, ...late];
}
