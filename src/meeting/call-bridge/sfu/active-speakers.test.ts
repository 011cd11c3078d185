import assert from "node:assert/strict";
import { test } from "node:test";
import { ActiveSpeakers } from "./active-speakers.ts";
import { OPUS, Stream, source, World } from "./testing.ts";

/** Plays intervals of 300 ms, 15 packets each: "#" loud, "+" less loud, "." silent; what was told at each, as "a>b" or "-". */
function timeline(voices: Readonly<Record<string, string>>): string[] {
  const speakers = new ActiveSpeakers();
  const length = Math.max(...Object.values(voices).map((voice) => voice.length));
  return Array.from({ length }, (_, i) => {
    for (const [legId, voice] of Object.entries(voices))
      for (let n = 0; n < 15; n++) speakers.heard(legId, { "#": 12, "+": 30, ".": 127 }[voice[i] ?? "."]!);
    const told = speakers.interval();
    return told ? told.map((s) => (s.active ? s.legId : `!${s.legId}`)).join(">") : "-";
  });
}

test("who begins to speak is told at once, who ends after three quiet intervals, and silence is no news", () => {
  const told = timeline({ a: "...####......" });
  assert.deepEqual(told.slice(0, 4), ["-", "-", "-", "a"]);
  assert.equal(told.filter((t) => t === "!a").length, 1);
  assert.equal(told.indexOf("!a"), 9);
  assert.deepEqual(told.slice(10), ["-", "-", "-"]);
});

test("pauses between words do not end a speaker", () => {
  const told = timeline({ a: "##.#..##.#.#" });
  assert.ok(!told.includes("!a"));
});

test("the loudest comes first", () => {
  const told = timeline({ a: "++++++", b: "..####" });
  assert.equal(told[2], "b>a");
});

test("a click is no speech", () => {
  const speakers = new ActiveSpeakers();
  for (let n = 0; n < 15; n++) speakers.heard("a", n < 2 ? 5 : 127);
  assert.equal(speakers.interval(), undefined);
});

test("levels lie between 0 and 1", () => {
  const speakers = new ActiveSpeakers();
  for (let i = 0; i < 20; i++) {
    for (let n = 0; n < 15; n++) speakers.heard("a", 0x80);
    for (const { level } of speakers.interval() ?? []) assert.ok(level > 0 && level <= 1);
  }
});

test("the SFU tells speakers of each call apart, and not those whose source is muted", () => {
  const world = new World();
  for (const [leg, call] of [
    ["p", "one"],
    ["q", "two"],
    ["m", "one"],
  ] as const) {
    world.leg(leg, call);
    world.sfu.addSource(source(`a-${leg}`, leg, { kind: "audio", mid: "0" }));
  }
  world.sfu.muteSource("a-m", true);
  const streams = new Map(
    ["p", "q", "m"].map((leg, i) => [leg, new Stream({ ssrc: 100 + i, mid: "0", payloadType: OPUS.payloadType })]),
  );
  world.run(1000, (at) => {
    for (const [leg, stream] of streams) if (at % 20 === 0) world.send(leg, stream.audio(10));
  });
  const heard = (callId: string) =>
    world.speakers.filter((s) => s.callId === callId).flatMap((s) => s.speakers.map((x) => x.legId));
  assert.deepEqual(new Set(heard("one")), new Set(["p"]));
  assert.deepEqual(new Set(heard("two")), new Set(["q"]));
  assert.ok(world.speakers.length <= 6);
});
