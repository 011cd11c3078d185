import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { Scope } from "#base";
import { INSIDE, type TestBridge, testBridge } from "./testing.ts";

const scope = new Scope();
let browser: Browser;
let world: TestBridge;

before(async () => {
  [world, browser] = await Promise.all([testBridge(scope), launch()]);
});

after(async () => {
  await browser?.close();
  await scope.close();
});

test("two people who use livekit-client unmodified see, hear and reach each other", async (t) => {
  const ana = await person("Ana", "tone");
  const rui = await person("Rui", "beeps");

  await t.test("each decodes the other's camera and hears the other's microphone", async () => {
    for (const [page, other] of [
      [ana, "Rui"],
      [rui, "Ana"],
    ] as const) {
      await until(
        page,
        `${other}'s camera moves`,
        `rising(() => media(${q(other)}, "camera").then(m => m.framesDecoded))`,
      );
      await until(
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
    await until(rui, "Ana is muted", "publication('Ana', 'microphone').isMuted");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(true)");
    await until(rui, "Ana is not muted", "!publication('Ana', 'microphone').isMuted");
  });

  await t.test("whoever makes a noise is the active speaker", async () => {
    await until(rui, "Ana speaks", "room.activeSpeakers.some(p => p.name === 'Ana')");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(false)");
    await until(rui, "Ana is silent", "!room.activeSpeakers.some(p => p.name === 'Ana')");
    await ana.evaluate("room.localParticipant.setMicrophoneEnabled(true)");
    await until(rui, "Ana speaks again", "room.activeSpeakers.some(p => p.name === 'Ana')");
  });

  await t.test("a shared screen is a second video beside the camera", async () => {
    await ana.evaluate("shareCanvas()");
    await until(rui, "the screen moves", "rising(() => media('Ana', 'screen_share').then(m => m.framesDecoded))");
    await until(rui, "the camera goes on", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
    await ana.evaluate("room.localParticipant.unpublishTrack(window.shared)");
    await until(rui, "the screen is gone", "publication('Ana', 'screen_share') === undefined");
    await until(rui, "the camera goes on", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
  });

  await t.test("data goes both ways on both channels, under its sender's name", async () => {
    for (const reliable of [true, false]) {
      await ana.evaluate(`say("from Ana ${reliable}", ${reliable})`);
      await until(rui, "Ana's words come", `heard.includes("Ana: from Ana ${reliable}")`);
      await rui.evaluate(`say("from Rui ${reliable}", ${reliable})`);
      await until(ana, "Rui's words come", `heard.includes("Rui: from Rui ${reliable}")`);
    }
  });

  await t.test("lost sockets are taken up again: same participants, media goes on", async () => {
    const sids = [await ana.evaluate("room.localParticipant.sid"), await rui.evaluate("room.localParticipant.sid")];
    world.cutSockets();
    for (const page of [ana, rui]) {
      await until(page, "it noticed", "states.includes('signalReconnecting')");
      await until(page, "it is connected again", "room.state === 'connected'");
    }
    assert.deepEqual(
      [await ana.evaluate("room.localParticipant.sid"), await rui.evaluate("room.localParticipant.sid")],
      sids,
    );
    await until(rui, "Ana's camera moves", "rising(() => media('Ana', 'camera').then(m => m.framesDecoded))");
    await until(ana, "Rui is heard", "rising(() => media('Rui', 'microphone').then(m => m.totalAudioEnergy))");
    await rui.evaluate("say('again', true)");
    await until(ana, "words come again", "heard.includes('Rui: again')");
  });

  await t.test("when the media worker dies, media comes back by itself", async () => {
    await world.killWorker();
    for (const [page, other] of [
      [ana, "Rui"],
      [rui, "Ana"],
    ] as const) {
      await until(page, "it noticed", "states.includes('reconnecting')");
      await until(page, "it is connected again", "room.state === 'connected'");
      await until(
        page,
        `${other}'s camera moves`,
        `rising(() => media(${q(other)}, "camera").then(m => m.framesDecoded))`,
      );
    }
    assert.equal(world.bridge.status().calls[0]?.participants.length, 2);
  });

  await t.test("who leaves is gone at once", async () => {
    await ana.evaluate("room.disconnect()");
    await until(rui, "Ana is gone", "room.remoteParticipants.size === 0");
    assert.equal(world.bridge.status().calls[0]?.participants.length, 1);
    await rui.evaluate("room.disconnect()");
  });
});

/** A page that has joined the space and publishes camera and microphone. */
async function person(name: string, voice: "tone" | "beeps"): Promise<Page> {
  const { callId, secret } = world.space;
  const answer = await world.bridge.join({ callId, secret, name }, INSIDE);
  assert.ok(answer.admitted);
  const page = await (await browser.newContext({ permissions: ["camera", "microphone"] })).newPage();
  if (process.env.DEBUG) page.on("console", (message) => console.log(`[${name}]`, message.text().slice(0, 600)));
  await page.goto(world.url);
  await page.evaluate(PAGE);
  await page.evaluate(
    `join(${q(world.url.replace("http", "ws"))}, ${q(answer.token)}, ${q(voice)}, ${Boolean(process.env.DEBUG)})`,
  );
  return page;
}

async function until(page: Page, what: string, condition: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    if (await page.evaluate(condition).catch(() => false)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${what}: not within 15 s; states ${await page.evaluate("JSON.stringify([states, room.state])")}`);
}

function q(text: string): string {
  return JSON.stringify(text);
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
      ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
      ...["--autoplay-policy=no-user-gesture-required"],
    ],
  });
}

/** Runs in the page: what the test asks of livekit-client. */
const PAGE = `
const L = window.LivekitClient;
window.states = []; window.heard = [];
window.join = async (url, token, voice, debug) => {
  if (debug) L.setLogLevel("debug");
  const room = window.room = new L.Room();
  room.on("connectionStateChanged", (s) => states.push(s));
  room.on("signalReconnecting", () => states.push("signalReconnecting"));
  room.on("trackSubscribed", (track) => document.body.append(track.attach()));
  room.on("dataReceived", (bytes, from) => heard.push((from?.name ?? "?") + ": " + new TextDecoder().decode(bytes)));
  await room.connect(url, token, { maxRetries: 0 });
  await room.localParticipant.setCameraEnabled(true, { resolution: L.VideoPresets.h720.resolution });
  if (voice === "beeps") return room.localParticipant.setMicrophoneEnabled(true);
  // Chromium's own microphone beeps too shortly to count as speech.
  const audio = new AudioContext(), tone = audio.createOscillator(), out = audio.createMediaStreamDestination();
  tone.connect(out); tone.start();
  await room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], { source: "microphone" });
};
window.publication = (name, source) =>
  [...room.remoteParticipants.values()].find((p) => p.name === name)?.getTrackPublication(source);
window.media = async (name, source) => {
  const report = await publication(name, source)?.track?.receiver?.getStats();
  return [...(report?.values() ?? [])].find((s) => s.type === "inbound-rtp") ?? {};
};
window.rising = async (read) => {
  const first = await read();
  for (let i = 0; i < 20; i++) {
    await new Promise((r) => setTimeout(r, 100));
    const now = await read();
    if (now > (first ?? 0)) return true;
  }
  return false;
};
window.publishedLayers = (source) =>
  room.localParticipant.getTrackPublication(source).track.sender.getParameters().encodings.length;
window.shareCanvas = async () => {
  const canvas = document.createElement("canvas"); canvas.width = 640; canvas.height = 360;
  const context = canvas.getContext("2d");
  setInterval(() => { context.fillStyle = "#" + Math.random().toString(16).slice(2, 8); context.fillRect(0, 0, 640, 360); }, 50);
  window.shared = canvas.captureStream(20).getVideoTracks()[0];
  await room.localParticipant.publishTrack(shared, { source: "screen_share", simulcast: false });
};
window.say = (text, reliable) => room.localParticipant.publishData(new TextEncoder().encode(text), { reliable });
0;
`;
