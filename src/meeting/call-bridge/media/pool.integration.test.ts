import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { after, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { memoryLog, Scope } from "#base";
import { until } from "#until";
import {
  type LegStats,
  type LocalTransport,
  type MediaPool,
  openMediaPool,
  type PoolEvent,
  type SourceOptions,
} from "./index.ts";
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

test("H.264 goes from browser to browser", async () => {
  await using scope = new Scope();
  const { pool } = await openPool(scope, 1);
  const [ada, bob] = [await join(scope, pool, "ada", line(), "H264"), await join(scope, pool, "bob", line(), "H264")];
  await Promise.all([connected(ada), connected(bob)]);
  await subscribe(pool, ada, bob.sources, "H264");
  await until(async () => (await stats(ada)).framesDecoded > 15, "frames are decoded");
});

test("on a line of 150 kb/s the receiver gets the layer that fits, and the high one again when the line is wide", async () => {
  await using scope = new Scope();
  const { pool } = await openPool(scope, 1);
  const narrow = line();
  const [ada, bob] = [await join(scope, pool, "ada", narrow), await join(scope, pool, "bob", line())];
  await Promise.all([connected(ada), connected(bob)]);
  await subscribe(pool, ada, bob.sources);
  await until(async () => (await stats(ada)).frameWidth === 640, "the high layer");
  narrow.kbps = 150;
  await until(async () => (await stats(ada)).frameWidth === 320, "the low layer");
  const before = await stats(ada);
  await until(async () => (await stats(ada)).framesDecoded > before.framesDecoded + 40, "it plays");
  narrow.kbps = Number.POSITIVE_INFINITY;
  await until(async () => (await stats(ada)).frameWidth === 640, "the high layer again");
});

test("two browsers see and hear each other through a worker process, with 3 % of the video lost on the way", async () => {
  await using scope = new Scope();
  const { pool, events } = await openPool(scope, 1);
  const loss = line();
  const [ada, bob] = [await join(scope, pool, "ada", loss), await join(scope, pool, "bob", loss)];
  await Promise.all([connected(ada), connected(bob)]);
  await subscribe(pool, ada, bob.sources);
  await subscribe(pool, bob, ada.sources);

  await until(async () => {
    const all = await Promise.all([stats(ada), stats(bob)]);
    return all.every((s) => s.framesDecoded > 10 && s.totalAudioEnergy > 0);
  }, "both decode and hear");
  const before = await Promise.all([stats(ada), stats(bob)]);
  loss.loss = 0.03;
  await until(async () => {
    const now = await Promise.all([stats(ada), stats(bob)]);
    return now.every(
      (s, i) =>
        s.framesDecoded > before[i]!.framesDecoded + 45 &&
        s.totalAudioEnergy > before[i]!.totalAudioEnergy &&
        s.retransmitted >= 3,
    );
  }, "frames and audio energy rise, and what was lost came again");
  for (const [person, other] of [
    [ada, "bob"],
    [bob, "ada"],
  ] as const)
    await until(async () => isPlausible(await legStats(pool, person), other), `${person.legId}'s numbers are right`);
  loss.loss = 0;
  const [worker] = await pool.stats();
  assert.ok(worker!.stats!.legs.every((leg) => leg.nacksAnswered >= 3 && leg.packetsOut > 100));
  await until(
    () => events.some((e) => "media" in e && e.media.event === "speakers" && e.media.speakers.some((s) => s.active)),
    "who sounds is an active speaker",
  );

  const video = ada.subscriptions.find((s) => s.kind === "video")!.id;
  await until(async () => (await stats(ada)).frameWidth === 640, "the high layer");
  await pool.request("ada", { do: "setSubscription", subscriptionId: video, maxLayer: 0, paused: false });
  await until(async () => (await stats(ada)).frameWidth === 320, "the low layer when asked for");
  const low = await stats(ada);
  await pool.request("ada", { do: "setSubscription", subscriptionId: video, maxLayer: 1, paused: false });
  await until(async () => (await stats(ada)).frameWidth === 640, "the high layer again");
  await until(async () => (await stats(ada)).framesDecoded > low.framesDecoded + 20, "it goes on");

  await pool.request("bob", { do: "closeLeg", legId: "bob" });
  await assert.rejects(pool.request("bob", { do: "restartIce", legId: "bob" }), { code: "MEDIA_UNKNOWN_LEG" });
});

async function legStats(pool: MediaPool, { legId }: Person): Promise<LegStats> {
  return (await pool.stats())[0]!.stats!.legs.find((leg) => leg.legId === legId)!;
}

/** Two streams in, two out, the video 640 x 360 wide at 15 frames a second with losses, and a round trip. */
function isPlausible({ rx, tx, roundTripTimeMs = 0, estimate = 0 }: LegStats, other: string): boolean {
  const audio = rx.find(({ kind }) => kind === "audio");
  const videos = [rx, tx].map((streams) => streams.find(({ kind }) => kind === "video"));
  return (
    [...rx, ...tx].map(({ mimeType }) => mimeType).join(" ") === "audio/opus video/VP8 audio/opus video/VP8" &&
    tx.every(({ sourceId }) => sourceId.startsWith(other)) &&
    (audio?.bitRate ?? 0) > 10_000 &&
    videos.every((video) => video?.width === 640 && video.height === 360) &&
    videos.every((video) => video && video.bitRate > 50_000 && video.frameRate! > 8 && video.frameRate! < 20) &&
    tx.some(({ packetLossPercentage }) => packetLossPercentage > 0) &&
    tx.some(({ jitterMs }) => jitterMs > 0) &&
    roundTripTimeMs > 0 &&
    roundTripTimeMs < 500 &&
    estimate > 100_000
  );
}

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

async function join(scope: Scope, pool: MediaPool, legId: string, lineDown: Line, video = "VP8"): Promise<Person> {
  const local = await pool.openLeg({ legId, callId: "call", via: "inside", permit: [] });
  const proxy = await LossyProxy.open(scope, local.candidates[0]!.port, lineDown);
  const page = await (await browser()).newPage();
  scope.defer(() => page.close());
  await page.route("http://localhost/**", (route) =>
    route.fulfill({ contentType: "text/html", body: "<body></body>" }),
  );
  await page.goto("http://localhost/");
  await page.evaluate(PAGE);
  const offer = await page.evaluate<string>("publish()");
  const made = negotiate(offer, local, [], { port: proxy.port, video });
  await pool.request(legId, { do: "setRemote", legId, fingerprint: made.fingerprint, sctpPort: 5000 });
  const sources = made.sources.map((source) => ({ ...source, legId, sourceId: `${legId}-${source.kind}` }));
  for (const source of sources) await pool.request(legId, { do: "addSource", source });
  await page.evaluate(`answer(${JSON.stringify(made.answer)})`);
  return { legId, page, proxy, sources, subscriptions: [], local };
}

/** Adds m-lines for another's sources by a second offer. */
async function subscribe(
  pool: MediaPool,
  person: Person,
  sources: readonly SourceOptions[],
  video = "VP8",
): Promise<void> {
  const { legId, page, local, proxy } = person;
  const offer = await page.evaluate<string>("receive()");
  const receiving = sources.map((s, i): Receiving => ({ sourceId: s.sourceId, kind: s.kind, ssrc: 0x1000 * (i + 1) }));
  const made = negotiate(offer, local, receiving, { port: proxy.port, video });
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
// Chromium's own microphone beeps too shortly to count as speech whenever the machine is busy.
function tone() {
  const audio = new AudioContext();
  const oscillator = audio.createOscillator();
  const out = audio.createMediaStreamDestination();
  oscillator.connect(out);
  oscillator.start();
  return out.stream.getAudioTracks()[0];
}
async function publish() {
  const media = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360, frameRate: 15 } });
  pc.createDataChannel("_reliable");
  pc.addTransceiver(tone(), { direction: "sendonly" });
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

/** The way down to a browser: the share of large packets that is lost, and its rate with a queue of 300 ms. */
interface Line {
  loss: number;
  kbps: number;
}

const line = (): Line => ({ loss: 0, kbps: Number.POSITIVE_INFINITY });

/** Stands between one browser and the worker, and does to what goes down what the line says. */
class LossyProxy {
  readonly port: number;
  readonly #line: Line;
  readonly #toBrowser: (packet: Buffer) => void;
  #freeAt = 0;

  static async open(scope: Scope, workerPort: number, lineDown: Line): Promise<LossyProxy> {
    const [down, up] = [createSocket("udp4"), createSocket("udp4")];
    for (const socket of [down, up]) {
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
      scope.defer(() => void socket.close());
    }
    return new LossyProxy(scope, down, up, workerPort, lineDown);
  }

  private constructor(scope: Scope, down: Socket, up: Socket, workerPort: number, lineDown: Line) {
    this.port = down.address().port;
    this.#line = lineDown;
    let client: RemoteInfo | undefined;
    down.on("message", (packet, from) => {
      client = from;
      up.send(packet, workerPort, "127.0.0.1");
    });
    this.#toBrowser = (packet) => client && down.send(packet, client.port, client.address);
    up.on("message", (packet) => this.#carry(scope, packet));
  }

  #carry(scope: Scope, packet: Buffer): void {
    const media = packet[0]! >> 6 === 2;
    if (media && packet.length > 400 && Math.random() < this.#line.loss) return;
    const now = performance.now();
    const waitMs = Math.max(0, this.#freeAt - now);
    if (media && waitMs > 300) return;
    this.#freeAt = now + waitMs + (packet.length * 8) / this.#line.kbps;
    if (this.#freeAt - now < 1) this.#toBrowser(packet);
    else scope.after(this.#freeAt - now, () => this.#toBrowser(packet));
  }
}
