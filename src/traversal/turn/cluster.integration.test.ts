import assert from "node:assert/strict";
import { test } from "node:test";
import { attributes, MessageClass, Method } from "#stun";
import { until } from "#until";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, bridge, guest, LIMITS, relayOptions, UDP, world } from "./test-world.ts";

type World = Awaited<ReturnType<typeof world>>;

const limits = (allocations: number) => ({ limits: { ...LIMITS, allocations } });
const siblings = (...others: World[]) => ({ cluster: others.map(({ at }) => ({ server: at })) });
const states = (w: World) => w.server.status().cluster.map(({ state }) => state);
const loads = (w: World) => w.server.status().cluster.map(({ load }) => load?.allocations);
const allocate = async (w: World) => (await w.udp()).allocate(guest("new"));

async function fill(w: World, count: number): Promise<void> {
  for (let i = 0; i < count; i++) relayedOf(await (await w.udp()).allocate(guest(`g${i}`)));
}

test("508: an edge alone that drains takes nobody, keeps whom it has, and takes them again afterwards", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(ANNA);
  w.server.drain(true);
  assert.equal(w.server.status().state, "draining");
  assert.equal(codeOf(await allocate(w)), 508);
  assert.equal((await client.request(Method.refresh, [], ANNA)).class, MessageClass.success);
  w.server.drain(false);
  relayedOf(await allocate(w));
});

test("300: a full edge names a sibling that has room, with what the client needs there, and it gets in there", async () => {
  await using sibling = await world();
  await using w = await world({ ...siblings(sibling), ...limits(1) });
  await until(() => states(w)[0] === "reachable");
  const client = await w.udp();
  relayedOf(await client.allocate(guest("first")));
  const other = await w.udp();
  const answer = await other.allocate(guest("second"));
  assert.equal(codeOf(answer), 300);
  const { address, port } = sibling.at;
  assert.deepEqual(answer.get(attributes.alternateServer), { address, port });
  assert.equal(answer.get(attributes.realm), "turnpike");
  assert.ok(answer.get(attributes.nonce));
  assert.ok(answer.integrityAt > 0, "signed, so that nobody else can send clients away");
  relayedOf(await (await sibling.udp()).allocate(guest("second")));
  const stranger = await w.udp();
  assert.equal(codeOf(await stranger.challenge()), 401, "nobody is sent anywhere who has not signed");
});

test("300: of two siblings the one that is less full, and a drained edge sends its clients there", async () => {
  await using fuller = await world(limits(4));
  await using emptier = await world(limits(10));
  await fill(fuller, 2);
  await fill(emptier, 3);
  await using w = await world(siblings(fuller, emptier));
  await until(() => loads(w).join() === "2,3");
  relayedOf(await allocate(w));
  w.server.drain(true);
  const answer = await allocate(w);
  assert.equal(codeOf(answer), 300);
  assert.equal(answer.get(attributes.alternateServer)!.port, emptier.at.port);
});

test("300: a client over TCP is sent to the sibling's port for TCP, and a lack of relay ports is a reason too", async () => {
  await using sibling = await world();
  const first = 20_000 + Math.floor(Math.random() * 40_000);
  const relay = relayOptions({ ports: { first, last: first } });
  await using w = await world({ relay, cluster: [{ server: sibling.at, tcpPort: 443 }] });
  await until(() => states(w)[0] === "reachable");
  await fill(w, 1);
  const overTcp = await (await w.tcp()).allocate(guest("new"));
  assert.deepEqual([codeOf(overTcp), overTcp.get(attributes.alternateServer)!.port], [300, 443]);
  const overUdp = await allocate(w);
  assert.deepEqual([codeOf(overUdp), overUdp.get(attributes.alternateServer)!.port], [300, sibling.at.port]);
});

test("508: no client is sent to a sibling that drains, or is full, or answers no more", async () => {
  const draining = await world();
  await using full = await world(limits(1));
  draining.server.drain(true);
  await fill(full, 1);
  await using w = await world(siblings(draining, full));
  await until(() => states(w).join() === "draining,reachable" && loads(w)[1] === 1);
  w.server.drain(true);
  assert.equal(codeOf(await allocate(w)), 508);
  draining.server.drain(false);
  await until(() => states(w)[0] === "reachable");
  assert.equal(codeOf(await allocate(w)), 300);
  await draining[Symbol.asyncDispose]();
  await until(() => states(w)[0] === "unreachable", undefined, 10_000);
  assert.equal(codeOf(await allocate(w)), 508);
  const told = w.lines.filter(({ event }) => event === "TURN edge of the cluster does not answer");
  assert.equal(told.length, 1);
});

test("a sibling with other secrets is none", async () => {
  await using other = await world({ sharedSecrets: ["of-another-deployment"] });
  await using w = await world(siblings(other));
  await until(() => (other.server.status().responses["401"] ?? 0) >= 2);
  assert.deepEqual([states(w), loads(w)], [["unreachable"], [undefined]]);
});

test("how full an edge is it tells bridges only", async () => {
  await using w = await world();
  for (const [account, told] of [
    [ANNA, undefined],
    [guest("g1"), undefined],
    [BRIDGE, { allocations: 0, capacity: LIMITS.allocations, draining: false }],
    [bridge("edge"), { allocations: 0, capacity: LIMITS.allocations, draining: false }],
  ] as const) {
    const client = await w.udp();
    const stranger = await client.request(Method.binding, [UDP]);
    assert.equal(stranger.get(attributes.turnpikeLoad), undefined);
    assert.deepEqual((await client.request(Method.binding, [], account)).get(attributes.turnpikeLoad), told);
  }
});
