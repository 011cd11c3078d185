import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  AudioFrame,
  AudioSource,
  dispose,
  LocalAudioTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from "@livekit/rtc-node";
import { Scope } from "#base";
import { until } from "#until";
import { INSIDE, type TestBridge, testBridge } from "./testing-browser.ts";

const scope = new Scope();
let world: TestBridge;

before(async () => {
  world = await testBridge(scope);
});

after(async () => {
  await scope.close();
  await dispose();
});

test("two programs with LiveKit's Rust SDK (rtc-node) meet: audio and data go from one to the other", async () => {
  const [ana, rui] = [await enter("Ana"), await enter("Rui")];
  const subscribed = Promise.withResolvers<string>();
  rui.on(RoomEvent.TrackSubscribed, (_track, publication, participant) =>
    subscribed.resolve(`${participant.name} ${publication.sid}`),
  );
  const heard = Promise.withResolvers<string>();
  rui.on(RoomEvent.DataReceived, (bytes, participant) =>
    heard.resolve(`${participant?.name}: ${new TextDecoder().decode(bytes)}`),
  );

  const source = new AudioSource(48_000, 1);
  const options = new TrackPublishOptions();
  options.source = TrackSource.SOURCE_MICROPHONE;
  const publication = await ana.localParticipant!.publishTrack(
    LocalAudioTrack.createAudioTrack("mic", source),
    options,
  );
  for (let i = 0; i < 100; i++) await source.captureFrame(tone(i));
  assert.equal(await within(subscribed.promise), `Ana ${publication!.sid}`);

  await ana.localParticipant!.publishData(new TextEncoder().encode("hello"), { reliable: true });
  assert.equal(await within(heard.promise), "Ana: hello");

  await ana.disconnect();
  await rui.disconnect();
  await until(() => world.bridge.status().calls.length === 0);
});

async function enter(name: string): Promise<Room> {
  const { callId, secret } = world.space;
  const answer = await world.bridge.join({ callId, secret, name }, INSIDE);
  assert.ok(answer.result === "admitted");
  const room = new Room();
  await room.connect(world.url.replace("http", "ws"), answer.token, { autoSubscribe: true, dynacast: false });
  return room;
}

/** 10 ms of 440 Hz. */
function tone(index: number): AudioFrame {
  const samples = Int16Array.from(
    { length: 480 },
    (_, k) => Math.sin(((index * 480 + k) * 440 * 2 * Math.PI) / 48_000) * 8000,
  );
  return new AudioFrame(samples, 48_000, 1, 480);
}

async function within<T>(promise: Promise<T>): Promise<T> {
  await using limit = new Scope();
  return await Promise.race([
    promise,
    limit.sleep(10_000).then(() => {
      throw new Error("not within 10 s");
    }),
  ]);
}
