import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeChannelData, Method } from "#stun";
import { until } from "#until";
import { type RawClient, relayedOf } from "./raw-client.ts";
import { BRIDGE, channelTo, guest, peerAddress, world } from "./test-world.ts";

type World = Awaited<ReturnType<typeof world>>;
const CHANNEL = 0x4000;

/** A bridge that exchanges packets with a peer over a channel, and with another by Send. */
async function talking(w: World) {
  const client = await w.udp();
  const relayed = relayedOf(await client.allocate(BRIDGE));
  const [peer, other] = [await w.peerOf(relayed, "127.0.0.2"), await w.peerOf(relayed, "127.0.0.2")];
  await client.request(Method.channelBind, channelTo(CHANNEL, peer.local), BRIDGE);
  client.write(encodeChannelData(CHANNEL, Buffer.from("one")));
  assert.equal(String(await peer.next()), "one");
  client.send(other.local, "two");
  assert.equal(String(await other.next()), "two");
  peer.write(Buffer.from("three"));
  assert.deepEqual(await client.next(), encodeChannelData(CHANNEL, Buffer.from("three")));
  return { client, peer, other };
}

const counters = (w: World) => w.server.allocations()[0]!.counters;

async function sendsInVain(w: World, client: RawClient, peer: RawClient): Promise<void> {
  const { sentPackets, refusedPackets } = counters(w);
  client.write(encodeChannelData(CHANNEL, Buffer.from("late")));
  client.send(peer.local, "late");
  await client.request(Method.refresh, [], BRIDGE);
  assert.equal(counters(w).sentPackets, sentPackets);
  await until(() => counters(w).refusedPackets > refusedPackets);
  assert.deepEqual(peer.received, []);
}

test("a peer that a reload forbids loses its permission and its channel, and not one packet passes any more", async () => {
  await using w = await world();
  const { client, peer } = await talking(w);
  w.server.configure({ ...w.options, allowPeers: { guest: [], bridge: [] } });
  const [allocation] = w.server.allocations();
  assert.deepEqual([allocation!.permissions, allocation!.channels], [[], []]);
  await sendsInVain(w, client, peer);
  const { refusedPackets } = counters(w);
  peer.write(Buffer.from("late"));
  await until(() => counters(w).refusedPackets > refusedPackets);
  assert.deepEqual(client.received, []);
});

test("a port that a reload makes our own loses its channel, other ports of the address keep theirs", async () => {
  await using w = await world();
  const { client, peer, other } = await talking(w);
  await client.request(Method.channelBind, channelTo(CHANNEL + 1, other.local), BRIDGE);
  w.server.configure({ ...w.options, neverPeers: [peer.local] });
  assert.deepEqual(
    w.server.allocations()[0]!.channels.map(({ number }) => number),
    [CHANNEL + 1],
  );
  await sendsInVain(w, client, peer);
  client.write(encodeChannelData(CHANNEL + 1, Buffer.from("still here")));
  assert.equal(String(await other.next()), "still here");
});

test("a reload that forbids nothing of it leaves an allocation alone", async () => {
  await using w = await world();
  const { client, peer } = await talking(w);
  w.server.configure({
    ...w.options,
    sharedSecrets: ["another"],
    users: w.options.users,
    allowPeers: w.options.allowPeers,
  });
  client.write(encodeChannelData(CHANNEL, Buffer.from("on")));
  assert.equal(String(await peer.next()), "on");
  peer.write(Buffer.from("and on"));
  assert.deepEqual(await client.next(), encodeChannelData(CHANNEL, Buffer.from("and on")));
});

test("what a reload allows is allowed at once", async () => {
  await using w = await world({ allowPeers: { guest: [], bridge: [] } });
  const client = await w.udp();
  await client.allocate(guest("g1"));
  const permit = async () =>
    (await client.request(Method.createPermission, [peerAddress("10.0.0.10")], guest("g1"))).class;
  const refused = await permit();
  w.server.configure({ ...w.options, allowPeers: { guest: ["10.0.0.10"], bridge: [] } });
  assert.notEqual(await permit(), refused);
});

test("what needs a restart is refused whole: nothing of that reload applies", async () => {
  await using w = await world();
  const next = { ...w.options, realm: "other", allowPeers: { guest: ["10.0.0.0/8"], bridge: [] } };
  assert.throws(() => w.server.configure(next), { code: "TURN_NEEDS_RESTART" });
  assert.equal(w.server.why("guest", "10.0.0.1").allowed, false);
});
