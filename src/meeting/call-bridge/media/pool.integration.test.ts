import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { after, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { memoryLog, Scope } from "#base";
import { type LocalTransport, type MediaPool, openMediaPool, type PoolEvent, type SourceOptions } from "./index.ts";
import { negotiate, type Receiving } from "./testing.ts";

let launched: Promise<Browser> | undefined;
const browser = () => {
  launched ??= chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
      ...["--use-fake-device-for-media-stream=fps=15", "--use-fake-ui-for-media-stream"],
      ...["--autoplay-policy=no-user-gesture-required", "--disable-backgrounding-occluded-windows"],
      ...["--disable-renderer-backgrounding", "--disable-background-timer-throttling"],
    ],
  });
  return launched;
};
after(async () => (await launched)?.close());

test("two browsers see and hear each other through a worker process, with 3 % of the video lost on the way", async () => {
  await using scope = new Scope();
  const { pool, events } = await openPool(scope, 1);
  const loss = { share: 0 };
  const [ada, bob] = [await join(scope, pool, "ada", loss), await join(scope, pool, "bob", loss)];
  await Promise.all([connected(ada), connected(bob)]);
  await subscribe(pool, ada, bob.sources);
  await subscribe(pool, bob, ada.sources);

  await until("both decode and hear", async () => {
    const all = await Promise.all([stats(ada), stats(bob)]);
    return all.every((s) => s.framesDecoded > 10 && s.totalAudioEnergy > 0);
  });
  const before = await Promise.all([stats(ada), stats(bob)]);
  loss.share = 0.03;
  await until("frames and audio energy rise, and what was lost came again", async () => {
    const now = await Promise.all([stats(ada), stats(bob)]);
    return now.every(
      (s, i) =>
        s.framesDecoded > before[i]!.framesDecoded + 45 &&
        s.totalAudioEnergy > before[i]!.totalAudioEnergy &&
        s.retransmitted >= 3,
    );
  });
  loss.share = 0;
  const [worker] = await pool.stats();
  assert.ok(worker!.stats!.legs.every((leg) => leg.nacksAnswered >= 3 && leg.packetsOut > 100));
  await until("the beeps of the fake microphones make active speakers", () =>
    events.some((e) => "media" in e && e.media.event === "speakers" && e.media.speakers.some((s) => s.active)),
  );
  console.log("with loss", await stats(ada), await stats(bob));

  const video = ada.subscriptions.find((s) => s.kind === "video")!.id;
  await until("the high layer", async () => (await stats(ada)).frameWidth === 640);
  await pool.request("ada", { do: "setSubscription", subscriptionId: video, maxLayer: 0, paused: false });
  await until("the low layer when asked for", async () => (await stats(ada)).frameWidth === 320);
  const low = await stats(ada);
  await pool.request("ada", { do: "setSubscription", subscriptionId: video, maxLayer: 1, paused: false });
  await until("the high layer again", async () => (await stats(ada)).frameWidth === 640);
  await until("it goes on", async () => (await stats(ada)).framesDecoded > low.framesDecoded + 20);
  console.log("after switches", await stats(ada));

  await pool.request("bob", { do: "closeLeg", legId: "bob" });
  await assert.rejects(pool.request("bob", { do: "restartIce", legId: "bob" }), { code: "MEDIA_UNKNOWN_LEG" });
});

interface Person {
  readonly legId: string;
  readonly page: Page;
  readonly proxy: LossyProxy;
  readonly sources: SourceOptions[];
  readonly subscriptions: { readonly id: string; readonly kind: string }[];
  local: LocalTransport;
}

async function openPool(scope: Scope, workers: number): Promise<{ pool: MediaPool; events: PoolEvent[] }> {
  const events: PoolEvent[] = [];
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
  const options = { listen, edges: [], logLevel: "warn" as const };
  const pool = await openMediaPool(scope, { workers, options, log: memoryLog(), onEvent: (e) => events.push(e) });
  return { pool, events };
}

async function join(scope: Scope, pool: MediaPool, legId: string, loss: { share: number }): Promise<Person> {
  const local = await pool.openLeg({ legId, callId: "call", via: "inside", permit: [] });
  const proxy = await LossyProxy.open(scope, local.candidates[0]!.port, loss);
  const page = await (await browser()).newPage();
  scope.defer(() => page.close());
  await page.route("http://localhost/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<body></body>" }),
  );
  await page.goto("http://localhost/");
  await page.evaluate(PAGE);
  const offer = await page.evaluate<string>("publish()");
  const made = negotiate(offer, local, [], { port: proxy.port });
  await pool.request(legId, { do: "setRemote", legId, fingerprint: made.fingerprint, sctpPort: 5000 });
  const sources = made.sources.map((source) => ({ ...source, legId, sourceId: `${legId}-${source.kind}` }));
  for (const source of sources) await pool.request(legId, { do: "addSource", source });
  await page.evaluate(`answer(${JSON.stringify(made.answer)})`);
  return { legId, page, proxy, sources, subscriptions: [], local };
}

/** Adds m-lines for another's sources by a second offer. */
async function subscribe(pool: MediaPool, person: Person, sources: readonly SourceOptions[]): Promise<void> {
  const { legId, page, local, proxy } = person;
  const offer = await page.evaluate<string>("receive()");
  const receiving = sources.map((s, i): Receiving => ({ sourceId: s.sourceId, kind: s.kind, ssrc: 0x1000 * (i + 1) }));
  const made = negotiate(offer, local, receiving, { port: proxy.port });
  for (const one of made.subscriptions) {
    const subscription = { ...one, legId, subscriptionId: `${legId}<${one.sourceId}` };
    person.subscriptions.push({ id: subscription.subscriptionId, kind: one.sourceId.split("-")[1]! });
    await pool.request(legId, { do: "addSubscription", subscription });
  }
  await page.evaluate(`answer(${JSON.stringify(made.answer)})`);
}

const connected = ({ page }: Person) =>
  page.waitForFunction("pc.connectionState === 'connected'", null, { timeout: 15_000 });

interface Stats {
  readonly framesDecoded: number;
  readonly frameWidth: number;
  readonly totalAudioEnergy: number;
  readonly nacks: number;
  readonly retransmitted: number;
  readonly freezes: number;
  readonly plis: number;
  readonly dropped: number;
}

const stats = ({ page }: Person) => page.evaluate<Stats>("stats()");

/** In the page. */
const PAGE = `
var pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
pc.ontrack = ({ track }) => {
  const element = document.createElement(track.kind);
  element.autoplay = true;
  element.muted = track.kind === "video";
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
};
async function publish() {
  const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360, frameRate: 15 } });
  pc.createDataChannel("_reliable");
  pc.addTransceiver(media.getAudioTracks()[0], { direction: "sendonly" });
  pc.addTransceiver(media.getVideoTracks()[0], { direction: "sendonly", sendEncodings: [
    { rid: "q", scaleResolutionDownBy: 2, maxBitrate: 150000 }, { rid: "h", maxBitrate: 500000 } ] });
  return offer();
}
async function receive() {
  pc.addTransceiver("audio", { direction: "recvonly" });
  pc.addTransceiver("video", { direction: "recvonly" });
  return offer();
}
async function offer() {
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}
var answer = (sdp) => pc.setRemoteDescription({ type: "answer", sdp });
async function stats() {
  const r = { framesDecoded: 0, frameWidth: 0, totalAudioEnergy: 0, nacks: 0, retransmitted: 0, freezes: 0, plis: 0, dropped: 0 };
  for (const s of (await pc.getStats()).values()) if (s.type === "inbound-rtp") {
    if (s.kind === "audio") r.totalAudioEnergy = s.totalAudioEnergy ?? 0;
    else Object.assign(r, { framesDecoded: s.framesDecoded, frameWidth: s.frameWidth ?? 0, nacks: s.nackCount,
      retransmitted: s.retransmittedPacketsReceived ?? 0, freezes: s.freezeCount, plis: s.pliCount, dropped: s.framesDropped });
  }
  return r;
}
`;

/** Stands between one browser and the worker, and loses a share of the large packets that go down. */
class LossyProxy {
  readonly port: number;
  #client: RemoteInfo | undefined;

  static async open(scope: Scope, workerPort: number, loss: { share: number }): Promise<LossyProxy> {
    const [down, up] = [createSocket("udp4"), createSocket("udp4")];
    for (const socket of [down, up]) {
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      scope.defer(() => void socket.close());
    }
    return new LossyProxy(down, up, workerPort, loss);
  }

  private constructor(down: Socket, up: Socket, workerPort: number, loss: { share: number }) {
    this.port = down.address().port;
    down.on("message", (packet, from) => {
      this.#client = from;
      up.send(packet, workerPort, "127.0.0.1");
    });
    up.on("message", (packet) => {
      if (packet.length > 400 && packet[0]! >> 6 === 2 && Math.random() < loss.share) return;
      if (this.#client) down.send(packet, this.#client.port, this.#client.address);
    });
  }
}

async function until(what: string, met: () => boolean | Promise<boolean>, ms = 25_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await met())) {
    if (performance.now() > end) assert.fail(`within ${ms / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
