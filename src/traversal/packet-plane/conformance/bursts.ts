import assert from "node:assert/strict";
import { decodeChannelData, encodeChannelData } from "#stun";
import type { Checks, World } from "./world.ts";

/** As many as a test's socket holds while the test is busy. */
const BURST = 40;
const ROUNDS = 5;
/** What a frame of video looks like: equal packets, and a shorter last one. */
const FRAME = [1100, 1100, 1100, 1100, 1100, 1100, 300];

/** Packets that come so fast that a plane may send several at once. */
export const burstChecks: Checks = {
  "bursts of equal packets reach the peer whole, in order and counted": async (world) => {
    const { client, peer } = await linked(world);
    await bursts(1000, async (packets) => {
      for (const packet of packets) client.send(encodeChannelData(0x4000, packet), world.listener);
      for (const packet of packets) assert.deepEqual((await peer.next()).bytes, packet);
    });
    const { sentPackets, sentBytes } = world.plane.counters(1)!;
    assert.deepEqual({ sentPackets, sentBytes }, { sentPackets: BURST * ROUNDS, sentBytes: BURST * ROUNDS * 1000 });
  },

  "bursts of equal packets reach the client whole, in order and counted": async (world) => {
    const { client, relay, peer } = await linked(world);
    await bursts(1000, async (packets) => {
      for (const packet of packets) peer.send(packet, relay.bound);
      for (const packet of packets) assert.deepEqual(await nextData(client), packet);
    });
    const { receivedPackets, receivedBytes } = world.plane.counters(1)!;
    const expected = { receivedPackets: BURST * ROUNDS, receivedBytes: BURST * ROUNDS * 1000 };
    assert.deepEqual({ receivedPackets, receivedBytes }, expected);
  },

  "bursts to peers and clients in turn keep each one's order": async (world) => {
    const { client, relay, peer } = await linked(world);
    const other = await world.socket();
    world.plane.bindChannel(1, 0x4001, other.address);
    for (let round = 0; round < ROUNDS; round++) {
      const frame = FRAME.map((size, i) => numbered(size, round * 16 + i));
      for (const packet of frame) {
        client.send(encodeChannelData(0x4000, packet), world.listener);
        client.send(encodeChannelData(0x4001, packet), world.listener);
        peer.send(packet, relay.bound);
      }
      for (const packet of frame) {
        assert.deepEqual((await peer.next()).bytes, packet);
        assert.deepEqual((await other.next()).bytes, packet);
        assert.deepEqual(await nextData(client), packet);
      }
    }
  },

  "hairpin bursts arrive whole, in order and counted by both": async (world) => {
    const [one, two] = [await world.udpRelay(1), await world.udpRelay(2)];
    world.plane.bindChannel(1, 0x4000, two.relay.advertised);
    world.plane.bindChannel(2, 0x4000, one.relay.advertised);
    world.plane.permit(2, world.advertised, true);
    await bursts(1100, async (packets) => {
      for (const packet of packets) one.client.send(encodeChannelData(0x4000, packet), world.listener);
      for (const packet of packets) assert.deepEqual(await nextData(two.client), packet);
    });
    const { sentBytes, hairpinPackets } = world.plane.counters(1)!;
    const total = BURST * ROUNDS;
    assert.deepEqual({ sentBytes, hairpinPackets }, { sentBytes: total * 1100, hairpinPackets: total });
    assert.equal(world.plane.counters(2)?.receivedPackets, total);
  },

  "padding behind ChannelData is not sent on, over UDP either": async (world) => {
    const { client, peer } = await linked(world);
    for (let size = 0; size <= 5; size++) {
      client.send(encodeChannelData(0x4000, Buffer.alloc(size, size), true), world.listener);
      assert.deepEqual((await peer.next()).bytes, Buffer.alloc(size, size));
    }
    assert.equal(world.plane.counters(1)?.sentBytes, 1 + 2 + 3 + 4 + 5);
  },

  "ChannelData that says it is longer than it is goes up": async (world) => {
    const { client } = await linked(world);
    const cut = encodeChannelData(0x4000, Buffer.from("whole")).subarray(0, -1);
    client.send(cut, world.listener);
    await world.goesUp(cut);
    assert.equal(world.plane.counters(1)?.sentPackets, 0);
  },
};

/** A relay with a permitted peer on channel 0x4000. */
async function linked(world: World) {
  const { client, relay } = await world.udpRelay(1);
  const peer = await world.socket();
  world.plane.permit(1, world.here, true);
  world.plane.bindChannel(1, 0x4000, peer.address);
  return { client, relay, peer };
}

async function bursts(size: number, pass: (packets: readonly Buffer[]) => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++)
    await pass(Array.from({ length: BURST }, (_, i) => numbered(size, round * BURST + i)));
}

function numbered(size: number, n: number): Buffer {
  const packet = Buffer.alloc(size, n);
  packet.writeUInt32BE(n);
  return packet;
}

async function nextData(client: Awaited<ReturnType<World["socket"]>>): Promise<Buffer | undefined> {
  const packet = decodeChannelData((await client.next()).bytes);
  return "data" in packet ? packet.data : undefined;
}
