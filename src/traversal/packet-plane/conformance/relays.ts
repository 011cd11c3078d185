import assert from "node:assert/strict";
import { decodeChannelData, encodeChannelData } from "#stun";
import { type Checks, IPV4, IPV6, indicationIn, type World } from "./world.ts";

/** How relays come, move and go. */
export const relayChecks: Checks = {
  "a client on a stream gets padded frames, and sends through the caller": async (world) => {
    const { room, next, path } = world.stream();
    const relay = await world.openRelay(1, path);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    world.plane.sendOnChannel(1, 0x4000, Buffer.from("hello"));
    assert.equal((await peer.next()).text, "hello");
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal((await next()).toString("hex"), "4000000568656c6c6f000000");
    await world.counted(1, "receivedPackets", 1);
    room.left = 0;
    peer.send(Buffer.from("hello"), relay.bound);
    await world.counted(1, "droppedPackets", 1);
    assert.equal(world.plane.counters(1)?.receivedPackets, 1);
  },

  "a client with a relay of each family sends by the one that has the channel, and hears both": dual,

  "a client that has lost one of its two relays keeps the other": async (world) => {
    const { client } = await world.udpRelay(1);
    await world.openRelay(2, await world.pathOf(client), { here: IPV6 });
    const far = await world.socket(IPV6);
    world.plane.bindChannel(2, 0x4001, far.address);
    world.plane.closeRelay(1);
    client.send(encodeChannelData(0x4001, Buffer.from("still there")), world.listener);
    assert.equal((await far.next()).text, "still there");
    world.plane.closeRelay(2);
    const frame = encodeChannelData(0x4001, Buffer.from("nobody's"));
    client.send(frame, world.listener);
    await world.goesUp(frame);
  },

  "a relay that has moved is used from the new path only, with its channels and permissions": async (world) => {
    const { client: old, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    const fresh = await world.socket();
    world.plane.moveRelay(1, await world.pathOf(fresh));
    const frame = encodeChannelData(0x4000, Buffer.from("from the old path"));
    old.send(frame, world.listener);
    await world.goesUp(frame);
    fresh.send(encodeChannelData(0x4000, Buffer.from("from the new path")), world.listener);
    const { text, from } = await peer.next();
    assert.deepEqual({ text, from }, { text: "from the new path", from: relay.bound });
    peer.send(Buffer.from("hello"), relay.bound);
    const packet = decodeChannelData((await fresh.next()).bytes);
    assert.deepEqual(packet, { channel: 0x4000, data: Buffer.from("hello") });
    world.plane.closeRelay(1);
    fresh.send(frame, world.listener);
    await world.pathOf(old);
  },

  "a relay may move from UDP to a stream": async (world) => {
    const { relay } = await world.udpRelay(1);
    const { next, path } = world.stream();
    world.plane.moveRelay(1, path);
    world.plane.permit(1, world.here, true);
    const peer = await world.socket();
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal(indicationIn(await next()).text, "hello");
  },

  "a closed relay is silent, and its port and its client are free again": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    world.plane.closeRelay(1);
    assert.equal(world.plane.counters(1), undefined);
    const path = await world.pathOf(client);
    await world.plane.openRelay({ ...relay, id: 2, client: path });
    world.plane.permit(2, world.here, true);
    const peer = await world.socket();
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal(indicationIn((await client.next()).bytes).text, "hello");
  },

  "a port that is taken is refused with the system's error": async (world) => {
    const taken = (await world.socket()).address;
    const opening = world.openRelay(1, world.stream().path, { port: taken.port });
    await assert.rejects(opening, { code: "EADDRINUSE" });
    await assert.rejects(world.plane.listen(taken), { code: "EADDRINUSE" });
    assert.equal(world.plane.counters(1), undefined);
  },

  "calls for relays that are not there do nothing": async (world) => {
    const nobody = { address: IPV4, port: 9 };
    world.plane.closeRelay(9);
    world.plane.moveRelay(9, world.stream().path);
    world.plane.permit(9, IPV4, true);
    world.plane.bindChannel(9, 0x4000, nobody);
    world.plane.sendOnChannel(9, 0x4000, Buffer.from("x"));
    world.plane.sendToPeer(9, nobody, Buffer.from("x"), true);
    world.plane.admit(9, nobody);
    world.plane.forgetAdmitted(9);
    assert.equal(world.plane.counters(9), undefined);
    assert.equal(world.plane.idleMs(9), undefined);
  },
};

async function dual(world: World): Promise<void> {
  const { client, relay: near } = await world.udpRelay(1, { here: IPV4 });
  const far = await world.openRelay(2, await world.pathOf(client), { here: IPV6 });
  const peers = [await world.socket(IPV4), await world.socket(IPV6)] as const;
  for (const [i, relay] of [near, far].entries()) {
    const [peer, channel] = [peers[i]!, 0x4000 + i];
    world.plane.bindChannel(relay.id, channel, peer.address);
    world.plane.permit(relay.id, peer.address.address, true);
    client.send(encodeChannelData(channel, Buffer.from(`to peer ${i}`)), world.listener);
    const { text, from } = await peer.next();
    assert.deepEqual({ text, from }, { text: `to peer ${i}`, from: relay.bound });
    peer.send(Buffer.from(`from peer ${i}`), relay.bound);
    const packet = decodeChannelData((await client.next()).bytes);
    assert.deepEqual(packet, { channel, data: Buffer.from(`from peer ${i}`) });
  }
  client.send(encodeChannelData(0x4fff, Buffer.from("unbound")), world.listener);
  await world.counted(1, "refusedPackets", 1);
  assert.equal(world.plane.counters(2)?.refusedPackets, 0);
}
