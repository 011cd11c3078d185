import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { type Attribute, attribute, attributes, encodeChannelData, Method } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { until } from "#until";
import { bareCore } from "./bare-core.ts";
import { allocationStatus } from "./overview.ts";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, channelTo, lifetime, peerAddress, relayOptions, SECRET, world } from "./test-world.ts";

const SECOND = 1000;
const RANGE = { ports: { first: 30_000, last: 30_001 } };
const PEER = { address: "127.0.0.9", port: 9 };

/** A clock that stands still, a core, and one client of it with an allocation. */
async function allocated(list: readonly Attribute[] = []) {
  const clock = new ManualClock();
  const { client: bare, ...w } = bareCore({ relay: relayOptions(RANGE), mobility: true }, clock);
  const client = bare("192.0.2.1", 5000);
  const answer = await client.allocate(BRIDGE, list);
  /** Lets all but the last millisecond of `ms` pass, then that one too, and sweeps after each. */
  const around = (ms: number, exists: () => boolean) => {
    clock.advance(ms - 1);
    w.core.sweep();
    const before = exists();
    clock.advance(1);
    w.core.sweep();
    return [before, exists()];
  };
  const another = (port: number) => bare("192.0.2.1", port);
  return { ...w, clock, client, another, answer, around, exists: () => w.core.allocations.size === 1 };
}

for (const [asked, granted] of [
  [undefined, 600],
  [0, 600],
  [30, 600],
  [1800, 1800],
  [0xffffffff, 3600],
] as const)
  test(`an allocation for which ${asked ?? "no"} seconds are asked lives for ${granted}`, async () => {
    await using w = await allocated(asked === undefined ? [] : [lifetime(asked)]);
    assert.equal(w.answer.get(attributes.lifetime), granted);
    assert.deepEqual(w.around(granted * SECOND, w.exists), [true, false]);
    await w.client.challenge();
    assert.equal(codeOf(await w.client.request(Method.refresh, [], BRIDGE)), 437);
  });

test("a machine whose clock is set keeps its allocations for their time, and tells dates by the new clock", async () => {
  await using w = await allocated();
  w.clock.set(w.clock.now() + 3600 * SECOND);
  w.core.sweep();
  assert.ok(w.exists());
  const [status] = [...w.core.allocations].map((allocation) => allocationStatus(w.core, allocation));
  assert.equal(status!.expiresAt, w.clock.now() + 600 * SECOND);
  w.clock.set(w.clock.now() - 2 * 3600 * SECOND);
  assert.deepEqual(w.around(600 * SECOND, w.exists), [true, false]);
});

test("what others have dated counts by the clock as it is set", async () => {
  const clock = new ManualClock();
  await using w = bareCore({}, clock);
  const credential = shortTermCredentials(SECRET, "bridge", "cb1", clock.now() + 60 * SECOND);
  clock.set(clock.now() + 120 * SECOND);
  assert.equal(codeOf(await w.client("192.0.2.1", 5000).allocate(credential)), 401);
  clock.set(clock.now() - 120 * SECOND);
  relayedOf(await w.client("192.0.2.1", 5001).allocate(credential));
});

test("a Refresh prolongs from its own time on, and 0 ends", async () => {
  await using w = await allocated();
  w.clock.advance(500 * SECOND);
  assert.equal((await w.client.request(Method.refresh, [lifetime(700)], BRIDGE)).get(attributes.lifetime), 700);
  assert.deepEqual(w.around(700 * SECOND, w.exists), [true, false]);
  relayedOf(await w.client.allocate(BRIDGE));
  assert.equal((await w.client.request(Method.refresh, [lifetime(0)], BRIDGE)).get(attributes.lifetime), 0);
  assert.equal(w.exists(), false);
});

test("a permission lives for 300 s from when it was last asked for", async () => {
  await using w = await allocated();
  const permit = () => w.client.request(Method.createPermission, [peerAddress(PEER.address)], BRIDGE);
  await permit();
  w.clock.advance(200 * SECOND);
  await permit();
  const [allocation] = w.core.allocations;
  assert.deepEqual(
    w.around(300 * SECOND, () => allocation!.permissions.has(PEER.address)),
    [true, false],
  );
});

test("a channel lives for 600 s, its permission for 300, and then its number is free for another peer", async () => {
  await using w = await allocated([lifetime(3600)]);
  const bind = async (port: number) =>
    codeOf(await w.client.request(Method.channelBind, channelTo(0x4000, { ...PEER, port }), BRIDGE));
  assert.equal(await bind(9), 0);
  const [allocation] = w.core.allocations;
  assert.deepEqual(
    w.around(300 * SECOND, () => allocation!.permissions.size === 1),
    [true, false],
  );
  assert.equal(await bind(10), 400);
  assert.deepEqual(
    w.around(300 * SECOND, () => allocation!.channels.size === 1),
    [true, false],
  );
  assert.equal(await bind(10), 0);
});

test("a nonce lives for an hour", async () => {
  await using w = await allocated();
  const { nonce } = w.client;
  const binding = async () => codeOf(await w.client.request(Method.binding, [], ANNA));
  w.clock.advance(3600 * SECOND - 1);
  assert.equal(await binding(), 0);
  w.clock.advance(1);
  assert.equal(await binding(), 438);
  assert.notEqual(w.client.nonce, nonce);
  assert.equal(await binding(), 0);
});

for (const [age, code] of [
  [30 * SECOND - 1, 0],
  [30 * SECOND, 508],
] as const)
  test(`a reserved port waits for its token for 30 s: after ${age} ms the answer is ${code}`, async () => {
    await using w = await allocated([attribute(attributes.evenPort, true)]);
    w.clock.advance(age);
    const token = attribute(attributes.reservationToken, w.answer.get(attributes.reservationToken)!);
    const second = w.client.local.port + 1;
    assert.equal(codeOf(await w.another(second).allocate(BRIDGE, [token])), code);
    assert.equal(
      codeOf(await w.another(second + 1).allocate(BRIDGE)),
      code === 0 ? 508 : 0,
      "an unused port is free again",
    );
  });

test("a port rests for 120 s after use, and is taken earlier only if there is no other", async () => {
  await using w = await allocated();
  const first = relayedOf(w.answer).port;
  await w.client.request(Method.refresh, [lifetime(0)], BRIDGE);
  const gauge = () => w.core.ports[1].gauge(w.clock.now());
  const other = relayedOf(await w.client.allocate(BRIDGE)).port;
  assert.notEqual(other, first);
  assert.deepEqual(
    w.around(120 * SECOND, () => gauge().quarantined === 1),
    [true, false],
  );
  await w.client.request(Method.refresh, [lifetime(0)], BRIDGE);
  assert.equal(relayedOf(await w.client.allocate(BRIDGE)).port, first);
  assert.equal(relayedOf(await w.another(6000).allocate(BRIDGE)).port, other, "508 would be certain harm");
});

test("a mobility ticket dies with its allocation", async () => {
  await using w = await allocated([attribute(attributes.mobilityTicket, new Uint8Array(0))]);
  const ticket = attribute(attributes.mobilityTicket, w.answer.get(attributes.mobilityTicket)!);
  assert.deepEqual(w.around(600 * SECOND, w.exists), [true, false]);
  const elsewhere = w.another(6000);
  await elsewhere.challenge();
  assert.equal(codeOf(await elsewhere.request(Method.refresh, [ticket], BRIDGE)), 437);
});

test("when permission and channel have expired no packet passes in either direction", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const client = await w.udp();
  const peer = await w.peerOf(relayedOf(await client.allocate(BRIDGE, [lifetime(3600)])));
  await client.request(Method.channelBind, channelTo(0x4000, peer.local), BRIDGE);
  const packet = encodeChannelData(0x4000, Buffer.from("x"));
  client.write(packet);
  await peer.next();
  clock.advance(601 * SECOND);
  const status = () => w.server.allocations()[0]!;
  await until(() => status().channels.length + status().permissions.length === 0);
  client.write(packet);
  client.send(peer.local, "x");
  peer.write(Buffer.from("x"));
  await until(() => status().counters.refusedPackets === 2);
  assert.equal(status().counters.sentPackets, 1);
  assert.deepEqual([peer.received, client.received], [[], []]);
});
