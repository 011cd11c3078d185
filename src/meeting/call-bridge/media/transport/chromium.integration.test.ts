import assert from "node:assert/strict";
import { test } from "node:test";
import { type Clock, memoryLog, Scope, systemClock } from "#base";
import { until } from "#until";
import type { LegState } from "../control.ts";
import type { TransportHost } from "./contract.ts";
import { openTransportHost } from "./host.ts";
import { ChromiumClient } from "./testing/chromium-client.ts";
import { UdpProxy } from "./testing/udp-proxy.ts";

test("Chromium connects: SRTP is decrypted, data channels open both ways, an ICE restart keeps all of it", async () => {
  await using scope = new Scope();
  const client = await ChromiumClient.connect(scope, await openHost(scope));
  const { transport } = client;
  await until(() => client.ssrcs.size >= 2 && transport.packetsIn > 50, "RTP of audio and video arrives");
  await until(() => client.data.size === 2, "both data channels carry a message up");
  assert.deepEqual(new Set(client.data.values()), new Set(["up _reliable", "up _lossy"]));

  transport.sendData("_reliable", Buffer.from("down _reliable"));
  transport.sendData("_lossy", Buffer.from("down _lossy"));
  transport.sendData("_reliable", Buffer.alloc(60_000, 7));
  await until(async () => (await client.received()).length === 3, "the browser gets them");
  assert.deepEqual(new Set(await client.received()), new Set(["down _lossy", "down _reliable", "60000 bytes"]));

  const { username } = await client.iceStats();
  await client.restartIce();
  await until(async () => {
    const now = await client.iceStats();
    return now.username !== username && now.state === "connected";
  }, "the browser connects anew");
  const before = transport.packetsIn;
  await until(() => transport.packetsIn > before + 50, "media goes on");
  transport.sendData("_reliable", Buffer.from("after"));
  await until(async () => (await client.received()).includes("after"), "so do the data channels");
  assert.equal(transport.state.state, "connected");
  assert.equal(client.pathsLost, 0);

  await client.page.evaluate("pc.close()");
  await until(() => transport.state.state === "closed", "the good-bye of DTLS closes the leg");
  assert.equal(codeOf(transport.state), "MEDIA_PEER_CLOSED");
});

test("Chromium whose certificate is not the promised one is refused", async () => {
  await using scope = new Scope();
  const tamper = (sdp: string) =>
    sdp.replace(/(a=fingerprint:sha-256 )(..)/, (_, head, byte) => `${head}${byte === "00" ? "01" : "00"}`);
  const client = await ChromiumClient.connect(scope, await openHost(scope), { tamper });
  await until(() => client.transport.state.state === "closed", "the leg is closed");
  assert.equal(codeOf(client.transport.state), "MEDIA_DTLS_FINGERPRINT_MISMATCH");
  assert.equal(client.ssrcs.size, 0);
});

test("what is forged from the client's own address changes nothing once it is connected", async () => {
  await using scope = new Scope();
  const { client, proxy, host } = await connectThroughProxy(scope);
  const { transport } = client;
  await until(() => transport.packetsIn > 50, "media flows");
  const ssrcs = new Set(client.ssrcs);
  const replayed = proxy.seen.slice(0, 200);
  assert.ok(replayed.some(isRtp) && replayed.some(isDtls));
  for (const packet of [
    ...replayed,
    ...replayed.filter(isRtp).map((packet) => withBytes(packet, packet.length - 20, 20)),
    ...replayed.filter(isRtp).map((packet) => withBytes(packet, 8, 4)),
    ...["15fefd000000000000005000020228", "15fefd0000000000000051000201 00", "17fefd0001000000000fff00021234"].map(hex),
    ...[0x16, 0x80, 0x90, 0xbf, 0x00, 0x40, 0xff].map((first) => withBytes(Buffer.alloc(200, first), 1, 100)),
  ])
    proxy.forge(packet);
  const before = transport.packetsIn;
  await until(() => transport.packetsIn > before + 50, "media goes on");
  assert.deepEqual(client.ssrcs, ssrcs);
  assert.equal(transport.state.state, "connected");
  transport.sendData("_reliable", Buffer.from("still here"));
  await until(async () => (await client.received()).includes("still here"), "data channels work");
  assert.ok(host.counters.malformed > 0);
});

test("a path that falls silent is told once after 5 s, again when it is lost again, and closes the leg after 30 s", async () => {
  await using scope = new Scope();
  const { client, proxy, clock } = await connectThroughProxy(scope);
  const { transport } = client;
  await until(() => transport.packetsIn > 20, "media flows");
  proxy.blocked = true;
  clock.skewUs += 6_000_000;
  await until(() => client.pathsLost === 1, "the loss is told");
  proxy.blocked = false;
  const before = transport.packetsIn;
  await until(() => transport.packetsIn > before + 20, "media flows again");
  assert.equal(client.pathsLost, 1);
  proxy.blocked = true;
  clock.skewUs += 6_000_000;
  await until(() => client.pathsLost === 2, "the second loss is told");
  clock.skewUs += 25_000_000;
  await until(() => transport.state.state === "closed", "the leg is closed");
  assert.equal(codeOf(transport.state), "MEDIA_PATH_TIMEOUT");
});

test("who restarts ICE late has its 30 s from then on", async () => {
  await using scope = new Scope();
  const { client, proxy, clock, host } = await connectThroughProxy(scope);
  const { transport } = client;
  await until(() => transport.packetsIn > 20, "media flows");
  proxy.blocked = true;
  clock.skewUs += 20_000_000;
  await until(() => client.pathsLost === 1, "the loss is told");
  transport.restartIce();
  const other = host.openTransport("other", "inside", IGNORED);
  other.setRemote({ fingerprint: { algorithm: "sha-256", value: "AB:CD" } });
  clock.skewUs += 20_000_000;
  // Legs are looked at in the order of their opening.
  await until(() => other.state.state === "closed", "another leg has had its time");
  assert.equal(transport.state.state, "connected");
  clock.skewUs += 10_000_000;
  await until(() => transport.state.state === "closed", "the leg is closed");
  assert.equal(codeOf(transport.state), "MEDIA_PATH_TIMEOUT");
});

async function openHost(scope: Scope, clock: Clock = systemClock): Promise<TransportHost> {
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port: 0 };
  return scope.own(await openTransportHost(scope, { listen, edges: [], onEdge: () => {} }, clock, memoryLog()));
}

async function connectThroughProxy(scope: Scope) {
  const clock = { skewUs: 0, now: () => Date.now(), monotonicUs: () => systemClock.monotonicUs() + clock.skewUs };
  const host = await openHost(scope, clock);
  const probe = host.openTransport("probe", "inside", IGNORED);
  const proxy = await UdpProxy.open(scope, probe.local.candidates[0]!.port);
  probe.close({ code: "PROBE", detail: "" });
  const client = await ChromiumClient.connect(scope, host, { port: proxy.port });
  return { client, proxy, host, clock };
}

const ignored = () => {};
const IGNORED = { onRtp: ignored, onRtcp: ignored, onData: ignored, onState: ignored, onPathLost: ignored };

const codeOf = (state: LegState) => (state.state === "closed" ? state.code : state.state);
const isRtp = (packet: Buffer) => packet[0]! >> 6 === 2;
const isDtls = (packet: Buffer) => packet[0]! > 19 && packet[0]! < 64;
const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

/** A copy with `count` bytes changed from `at`. */
function withBytes(packet: Buffer, at: number, count: number): Buffer {
  const copy = Buffer.from(packet);
  for (let i = at; i < at + count && i < copy.length; i++) copy[i]! ^= 0x5a;
  return copy;
}
