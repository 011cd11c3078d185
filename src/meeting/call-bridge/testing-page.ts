import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { INSIDE, type TestBridge } from "./testing-browser.ts";

/** A page that has joined the space and publishes camera and microphone. */
export async function person(
  browser: Browser,
  world: TestBridge,
  name: string,
  voice: "tone" | "beeps",
  origin = INSIDE,
): Promise<Page> {
  const { callId, secret } = world.space;
  const answer = await world.bridge.join({ callId, secret, name }, origin);
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

export async function until(page: Page, what: string, condition: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    if (await page.evaluate(condition).catch(() => false)) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`${what}: not within 15 s; states ${await page.evaluate("JSON.stringify([states, room.state])")}`);
}

export function q(text: string): string {
  return JSON.stringify(text);
}

export function launch(): Promise<Browser> {
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
