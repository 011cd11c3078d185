import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { Scope } from "#base";
import { type TestBridge, testBridge } from "./testing-browser.ts";
import { launch, openPage, person, q, untilPage } from "./testing-page.ts";

const scope = new Scope();
let browser: Browser;
let world: TestBridge;

before(async () => {
  browser = await launch();
  world = await testBridge(scope);
});

after(async () => {
  await browser?.close();
  await scope.close();
});

test("two people who use livekit-client unmodified see, hear and reach each other", async (t) => {
  const ana = await person(await openPage(browser), world, "Ana", "made");
  const rui = await person(await openPage(browser), world, "Rui", "devices");

  await t.test("each decodes the other's camera and hears the other's microphone", async () => {
    for (const [page, other] of [
      [ana, "Rui"],
      [rui, "Ana"],
    ] as const) {
      await untilPage(
        page,
        `${other}'s camera moves`,
        `rising(() => media(${q(other)}, "camera").then(m => m.framesDecoded))`,
      );
      await untilPage(
        page,
        `${other} is heard`,
        `rising(() => media(${q(other)}, "microphone").then(m => m.totalAudioEnergy))`,
      );
    }
  });

  await t.test("the camera is published in three layers", async () => {
    assert.equal(await ana.evaluate("publishedLayers('camera')"), 3);
  });

  await t.test("a muted microphone shows as muted to the other, and as open again", async () => {
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(false)");
    await untilPage(rui, "Ana is muted", "publication('Ana', 'microphone').isMuted");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(true)");
    await untilPage(rui, "Ana is not muted", "!publication('Ana', 'microphone').isMuted");
  });

  await t.test("whoever makes a noise is the active speaker", async () => {
    await untilPage(rui, "Ana speaks", "room.activeSpeakers.some(p => p.name === 'Ana')");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(false)");
    await untilPage(rui, "Ana is silent", "!room.activeSpeakers.some(p => p.name === 'Ana')");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(true)");
    await untilPage(rui, "Ana speaks again", "room.activeSpeakers.some(p => p.name === 'Ana')");
  });

  await t.test("a shared screen is a second video beside the camera", async () => {
    await ana.evaluate("shareCanvas()");
    await untilPage(rui, "the screen moves", "rising(() => media('Ana', 'screen_share').then(m => m.framesDecoded))");
    await untilPage(rui, "the camera goes on", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
    await ana.evaluate("room.localParticipant.unpublishTrack(window.shared)");
    await untilPage(rui, "the screen is gone", "publication('Ana', 'screen_share') === undefined");
    await untilPage(rui, "the camera goes on", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
  });

  await t.test("data goes both ways on both channels, under its sender's name", async () => {
    for (const reliable of [true, false]) {
      await ana.evaluate(`say("from Ana ${reliable}", ${reliable})`);
      await untilPage(rui, "Ana's words come", `heard.includes("Ana: from Ana ${reliable}")`);
      await rui.evaluate(`say("from Rui ${reliable}", ${reliable})`);
      await untilPage(ana, "Rui's words come", `heard.includes("Rui: from Rui ${reliable}")`);
    }
  });

  await t.test("lost sockets are taken up again: same participants, media goes on", async () => {
    const sids = [await ana.evaluate("room.localParticipant.sid"), await rui.evaluate("room.localParticipant.sid")];
    world.cutSockets();
    for (const page of [ana, rui]) {
      await untilPage(page, "it noticed", "states.includes('signalReconnecting')");
      await untilPage(page, "it is connected again", "room.state === 'connected'");
    }
    assert.deepEqual(
      [await ana.evaluate("room.localParticipant.sid"), await rui.evaluate("room.localParticipant.sid")],
      sids,
    );
    await untilPage(rui, "Ana's camera moves", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
    await untilPage(ana, "Rui is heard", "rising(() => media('Rui', 'microphone').then(m => m.totalAudioEnergy))");
    await rui.evaluate("say('again', true)");
    await untilPage(ana, "words come again", "heard.includes('Rui: again')");
  });

  await t.test("when the media worker dies, media comes back by itself", async () => {
    await world.killWorker();
    for (const [page, other] of [
      [ana, "Rui"],
      [rui, "Ana"],
    ] as const) {
      await untilPage(page, "it noticed", "states.includes('reconnecting')");
      await untilPage(page, "it is connected again", "room.state === 'connected'");
      await untilPage(
        page,
        `${other}'s camera moves`,
        `rising(() => media(${q(other)}, "camera").then(m => m.framesDecoded))`,
      );
    }
    assert.equal(world.bridge.status().calls[0]?.participants.length, 2);
  });

  await t.test("who leaves is gone at once", async () => {
    await ana.evaluate("room.disconnect()");
    await untilPage(rui, "Ana is gone", "room.remoteParticipants.size === 0");
    assert.equal(world.bridge.status().calls[0]?.participants.length, 1);
    await rui.evaluate("room.disconnect()");
  });
});
