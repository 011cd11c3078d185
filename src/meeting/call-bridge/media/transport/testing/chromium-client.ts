import { after } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Scope } from "#base";
import type { LocalTransport } from "../../control.ts";
import type { MediaTransport, TransportEvents, TransportHost } from "../contract.ts";

let launched: Promise<Browser> | undefined;
after(async () => (await launched)?.close());

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

export interface ClientOptions {
  readonly via?: "edge" | "inside";
  /** Changes the offer before it reaches us. */
  readonly tamper?: (sdp: string) => string;
  /** The candidates' port as the browser is told it, for a test that stands in between. */
  readonly port?: number;
}

/** A page of Chromium that sends video and a tone and opens both data channels, and our transport to it. */
export class ChromiumClient {
  readonly ssrcs = new Set<number>();
  readonly data = new Map<string, string>();
  pathsLost = 0;
  readonly transport: MediaTransport;
  readonly page: Page;
  readonly #options: ClientOptions;

  private constructor(host: TransportHost, page: Page, options: ClientOptions) {
    this.page = page;
    this.#options = options;
    const events: TransportEvents = {
      onRtp: (packet) => void this.ssrcs.add(packet.readUInt32BE(8)),
      onRtcp: () => {},
      onData: (label, bytes) => void this.data.set(label, bytes.toString()),
      onState: () => {},
      onPathLost: () => {
        this.pathsLost++;
      },
    };
    this.transport = host.openTransport("leg", options.via ?? "inside", events);
    this.transport.permit("127.0.0.1");
  }

  static async connect(scope: Scope, host: TransportHost, options: ClientOptions = {}): Promise<ChromiumClient> {
    const page = await (await browser()).newPage();
    scope.defer(() => page.close());
    await page.goto("about:blank");
    await page.evaluate(PAGE);
    const client = new ChromiumClient(host, page, options);
    const offer = await page.evaluate<string>("offer()");
    const seen = options.tamper?.(offer) ?? offer;
    client.transport.setRemote({ fingerprint: fingerprintOf(seen), sctpPort: 5000 });
    await client.#answer(offer, client.transport.local);
    return client;
  }

  async restartIce(): Promise<void> {
    const offer = await this.page.evaluate<string>("pc.restartIce(), offer()");
    await this.#answer(offer, this.transport.restartIce());
  }

  /** Messages that came down. */
  received(): Promise<string[]> {
    return this.page.evaluate<string[]>("received");
  }

  /** The user name fragment that the browser's ICE uses for itself, and the number of times it chose a path. */
  iceStats(): Promise<{ username: string; state: string }> {
    return this.page.evaluate<{ username: string; state: string }>("iceStats()");
  }

  async #answer(offer: string, local: LocalTransport): Promise<void> {
    const answer = answerTo(offer, local, this.#options.port);
    await this.page.evaluate(`answer(${JSON.stringify(answer)})`);
  }
}

/** Runs in the page. */
const PAGE = `
var received = [];
var pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
var channels = ["_reliable", "_lossy"].map((label) => {
  const channel = pc.createDataChannel(label, label === "_lossy" ? { ordered: false, maxRetransmits: 0 } : {});
  channel.binaryType = "arraybuffer";
  channel.onopen = () => channel.send(new TextEncoder().encode("up " + label));
  channel.onmessage = ({ data }) =>
    received.push(data.byteLength > 1000 ? data.byteLength + " bytes" : new TextDecoder().decode(data));
  return channel;
});
var sending = false;
function send() {
  sending = true;
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  const draw = () => {
    context.fillStyle = "hsl(" + performance.now() % 360 + " 50% 50%)";
    context.fillRect(0, 0, 300, 150);
    requestAnimationFrame(draw);
  };
  draw();
  const audio = new AudioContext();
  const destination = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  tone.connect(destination);
  tone.start();
  for (const track of [...canvas.captureStream(20).getTracks(), ...destination.stream.getTracks()]) pc.addTrack(track);
}
async function offer() {
  if (!sending) send();
  await pc.setLocalDescription();
  return pc.localDescription.sdp;
}
var answer = (sdp) => pc.setRemoteDescription({ type: "answer", sdp });
async function iceStats() {
  const transport = [...(await pc.getStats()).values()].find((report) => report.type === "transport");
  return { username: transport.iceLocalUsernameFragment, state: transport.iceState };
}
`;

function fingerprintOf(sdp: string) {
  const [, algorithm, value] = /a=fingerprint:(\S+) (\S+)/.exec(sdp)!;
  return { algorithm: algorithm!, value: value! };
}

const DROPPED = /^a=(ice-|fingerprint|setup|candidate|ssrc|msid|rtcp:|extmap-allow-mixed)/;

/** The offer's m-lines turned round, with our transport in each. */
function answerTo(offer: string, local: LocalTransport, port?: number): string {
  const [head, ...media] = offer.split(/^(?=m=)/m);
  const transport = [
    `a=ice-ufrag:${local.iceUfrag}`,
    `a=ice-pwd:${local.icePwd}`,
    `a=fingerprint:${local.fingerprint.algorithm} ${local.fingerprint.value}`,
    "a=setup:passive",
    ...local.candidates.map(
      (c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${port ?? c.port} typ ${c.type}`,
    ),
  ];
  const group = /a=group:BUNDLE.*/.exec(head!)![0];
  const session = ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=ice-lite", group];
  const sections = media.flatMap((section) => [
    ...section
      .trimEnd()
      .split("\r\n")
      .filter((line) => !DROPPED.test(line))
      .map((line) => (line === "a=sendrecv" ? "a=recvonly" : line)),
    ...transport,
  ]);
  return `${[...session, ...sections].join("\r\n")}\r\n`;
}
