import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { memoryLog, Scope, systemClock } from "#base";
import type { LegState, LocalTransport } from "../control.ts";
import type { MediaTransport, TransportHost } from "./contract.ts";
import { openTransportHost } from "./host.ts";

let launched: Promise<Browser> | undefined;

function browser(): Promise<Browser> {
  launched ??= chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
      ...["--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection"],
      ...["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    ],
  });
  return launched;
}

after(async () => (await launched)?.close());

test("Chromium connects: SRTP is decrypted, data channels open both ways, an ICE restart keeps all of it", async () => {
  await using scope = new Scope();
  const client = await connect(scope);
  await until("RTP of audio and video arrives", () => client.ssrcs.size >= 2 && client.transport.packetsIn > 50);
  await until("both data channels carry a message up", () => client.data.size === 2);
  assert.deepEqual(
    client.data,
    new Map([
      ["_reliable", "up _reliable"],
      ["_lossy", "up _lossy"],
    ]),
  );

  client.transport.sendData("_reliable", Buffer.from("down _reliable"));
  client.transport.sendData("_lossy", Buffer.from("down _lossy"));
  client.transport.sendData("_reliable", Buffer.alloc(60_000, 7));
  await until("the browser gets them", async () => (await received(client.page)).length === 3);
  assert.deepEqual(
    (await received(client.page)).toSorted(),
    ["down _lossy", "down _reliable", "60000 bytes"].toSorted(),
  );

  const firstPeer = peerOf(client.transport.state);
  await restart(client);
  const before = client.transport.packetsIn;
  await until("the path is nominated again", () => client.credentialsGone());
  await until("media goes on after the restart", () => client.transport.packetsIn > before + 50);
  assert.equal(client.transport.state.state, "connected");
  assert.ok(firstPeer && peerOf(client.transport.state));
  assert.equal(client.lost, 0);

  await client.page.evaluate("pc.close()");
  await until("the good-bye of DTLS closes the leg", () => client.transport.state.state === "closed");
  assert.deepEqual(client.transport.state, {
    state: "closed",
    code: "MEDIA_PEER_CLOSED",
    detail: "the client ended DTLS",
  });
});

test("Chromium whose certificate is not the promised one is refused", async () => {
  await using scope = new Scope();
  const client = await connect(scope, (sdp) => sdp.replace(/(a=fingerprint:sha-256 )(..)/, (_, head) => `${head}00`));
  await until("the leg is closed", () => client.transport.state.state === "closed");
  assert.equal((client.transport.state as { code: string }).code, "MEDIA_DTLS_FINGERPRINT_MISMATCH");
  assert.equal(client.ssrcs.size, 0);
});

interface Client {
  readonly host: TransportHost;
  readonly transport: MediaTransport;
  readonly page: Page;
  readonly ssrcs: Set<number>;
  readonly data: Map<string, string>;
  lost: number;
  credentialsGone(): Promise<boolean>;
}

async function connect(scope: Scope, tamper = (sdp: string) => sdp): Promise<Client> {
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
  const host = scope.own(
    await openTransportHost(scope, { listen, edges: [], onEdge: () => {} }, systemClock, memoryLog()),
  );
  const page = await (await browser()).newPage();
  scope.defer(() => page.close());
  const ssrcs = new Set<number>();
  const data = new Map<string, string>();
  let lost = 0;
  const transport = host.openTransport("leg", "inside", {
    onRtp: (packet) => ssrcs.add(packet.readUInt32BE(8)),
    onRtcp: () => {},
    onData: (label, bytes) => data.set(label, bytes.toString()),
    onState: () => {},
    onPathLost: () => lost++,
  });
  await page.goto("about:blank");
  await page.evaluate(PAGE);
  const offer = tamper(await page.evaluate<string>("offer()"));
  transport.setRemote({ fingerprint: fingerprintOf(offer), sctpPort: 5000 });
  await page.evaluate(`answer(${JSON.stringify(answerTo(offer, transport.local))})`);
  return {
    ...{ host, transport, page, ssrcs, data },
    get lost() {
      return lost;
    },
    set lost(_) {},
    credentialsGone: () => page.evaluate<boolean>("pc.iceConnectionState === 'connected'"),
  };
}

async function restart({ page, transport }: Client): Promise<void> {
  const offer = await page.evaluate<string>("pc.restartIce(), offer()");
  await page.evaluate(`answer(${JSON.stringify(answerTo(offer, transport.restartIce()))})`);
}

const received = (page: Page) => page.evaluate<string[]>("received");
const peerOf = (state: LegState) => (state.state === "connected" ? state.path.peer : undefined);

/** In the page. */
const PAGE = `
var received = [];
var pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
var channels = ["_reliable", "_lossy"].map((label) => {
  const channel = pc.createDataChannel(label, label === "_lossy" ? { ordered: false, maxRetransmits: 0 } : {});
  channel.binaryType = "arraybuffer";
  channel.onopen = () => channel.send(new TextEncoder().encode("up " + label));
  channel.onmessage = ({ data }) => received.push(data.byteLength > 1000 ? data.byteLength + " bytes" : new TextDecoder().decode(data));
  return channel;
});
var tracks;
async function offer() {
  if (!tracks) {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    setInterval(() => { context.fillStyle = "#" + Math.random().toString(16).slice(2, 8); context.fillRect(0, 0, 300, 150); }, 50);
    const audio = new AudioContext();
    const destination = audio.createMediaStreamDestination();
    const tone = audio.createOscillator();
    tone.connect(destination);
    tone.start();
    tracks = [...canvas.captureStream(20).getTracks(), ...destination.stream.getTracks()];
    for (const track of tracks) pc.addTrack(track);
  }
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}
var answer = (sdp) => pc.setRemoteDescription({ type: "answer", sdp });
`;

function fingerprintOf(sdp: string) {
  const [, algorithm, value] = /a=fingerprint:(\S+) (\S+)/.exec(sdp)!;
  return { algorithm: algorithm!, value: value! };
}

/** The offer's m-lines, turned round, with our transport. */
function answerTo(offer: string, local: LocalTransport): string {
  const [head, ...media] = offer.split(/^(?=m=)/m);
  const dropped = /^a=(ice-|fingerprint|setup|candidate|ssrc|msid|rtcp:|extmap-allow-mixed)/;
  const transport = [
    `a=ice-ufrag:${local.iceUfrag}`,
    `a=ice-pwd:${local.icePwd}`,
    `a=fingerprint:${local.fingerprint.algorithm} ${local.fingerprint.value}`,
    "a=setup:passive",
    ...local.candidates.map(
      (c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ ${c.type}`,
    ),
  ];
  const group = /a=group:BUNDLE.*/.exec(head!)![0];
  const session = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite", group];
  const sections = media.flatMap((section) => [
    ...section
      .trimEnd()
      .split("\r\n")
      .filter((line) => !dropped.test(line))
      .map((line) => (line === "a=sendrecv" ? "a=recvonly" : line)),
    ...transport,
  ]);
  return `${[...session, ...sections].join("\r\n")}\r\n`;
}

async function until(what: string, met: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await met())) {
    if (performance.now() > end) assert.fail(`within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
