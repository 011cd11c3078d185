import assert from "node:assert/strict";
import { decodeChannelData, encodeChannelData } from "#stun";
import { type Checks, indicationIn, type World } from "./world.ts";

/** How packets travel, in either family. */
export const packetChecks: Checks = {
  "what no rule covers goes up with its sender's address, and replies go back to it": async (world) => {
    const client = await world.socket();
    const path = await world.pathOf(client);
    assert.deepEqual(path.client, client.address);
    world.plane.reply(path, Buffer.from("answer"));
    assert.equal((await client.next()).text, "answer");
  },

  "a packet on a bound channel goes to its peer, from the relayed address": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.bindChannel(1, 0x4000, peer.address);
    client.send(encodeChannelData(0x4000, Buffer.from("to the peer")), world.listener);
    const { text, from } = await peer.next();
    assert.deepEqual({ text, from }, { text: "to the peer", from: relay.bound });
    world.plane.bindChannel(1, 0x4000, undefined);
    client.send(encodeChannelData(0x4000, Buffer.from("lost")), world.listener);
    world.plane.sendToPeer(1, peer.address, Buffer.from("by indication"));
    assert.equal((await peer.next()).text, "by indication");
  },

  "a packet that asks for DF and fits reaches its peer": async (world) => {
    await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.sendToPeer(1, peer.address, Buffer.from("whole"), true);
    assert.equal((await peer.next()).text, "whole");
  },

  "a peer is heard only while it is permitted, by address whatever its port": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    peer.send(Buffer.from("unasked"), relay.bound);
    await world.counted(1, "refusedPackets", 1);
    world.plane.permit(1, world.here, true);
    peer.send(Buffer.from("hello"), relay.bound);
    const told = indicationIn((await client.next()).bytes);
    assert.deepEqual(told, { peer: peer.address, text: "hello", icmp: undefined });
    world.plane.permit(1, world.here, false);
    peer.send(Buffer.from("again"), relay.bound);
    await world.counted(1, "refusedPackets", 2);
  },

  "a permitted peer with a channel is heard on it": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4abc, peer.address);
    peer.send(Buffer.from("hello"), relay.bound);
    const packet = decodeChannelData((await client.next()).bytes);
    assert.deepEqual(packet, { channel: 0x4abc, data: Buffer.from("hello") });
  },

  "a burst of packets of any size arrives whole and in order": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    const sizes = [...Array(40).keys(), 1500, 9000, 40_000];
    for (const size of sizes) peer.send(Buffer.alloc(size, size), relay.bound);
    for (const size of sizes)
      assert.deepEqual(decodeChannelData((await client.next()).bytes), {
        channel: 0x4000,
        data: Buffer.alloc(size, size),
      });
  },

  "hairpin: a relay is reached in memory by its advertised address, and sees the advertised one": (world) =>
    hairpin(world, "advertised"),

  "hairpin: a relay is reached in memory by its bound address, and sees the advertised one": (world) =>
    hairpin(world, "bound"),
};

async function hairpin(world: World, name: "advertised" | "bound"): Promise<void> {
  const [one, two] = [await world.udpRelay(1), await world.udpRelay(2)];
  world.plane.bindChannel(1, 0x4000, two.relay[name]);
  one.client.send(encodeChannelData(0x4000, Buffer.from("too early")), world.listener);
  await world.counted(2, "refusedPackets", 1);
  world.plane.permit(2, world.advertised, true);
  world.plane.bindChannel(2, 0x4001, one.relay.advertised);
  one.client.send(encodeChannelData(0x4000, Buffer.from("neighbour")), world.listener);
  const packet = decodeChannelData((await two.client.next()).bytes);
  assert.deepEqual(packet, { channel: 0x4001, data: Buffer.from("neighbour") });
  assert.equal(world.plane.counters(1)?.hairpinPackets, 2);
  assert.equal(world.plane.counters(2)?.receivedBytes, 9);
}
