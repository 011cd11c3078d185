import assert from "node:assert/strict";
import { decodeChannelData, encodeChannelData } from "#stun";
import { type Checks, IPV4, IPV6, indicationIn, type World } from "./world.ts";

const CROWD = 64;

/** Many clients, listeners and relays, and what ends among them. */
export const crowdChecks: Checks = {
  "many clients at once each have their own packets": async (world) => {
    const links = await crowd(world, CROWD);
    for (let round = 0; round < 5; round++)
      for (const { client, relay } of links)
        client.send(encodeChannelData(0x4000, Buffer.from(`${relay.id} says ${round}`)), world.listener);
    for (const { client, peer, relay } of links)
      for (let round = 0; round < 5; round++) {
        const { text, from } = await peer.next();
        assert.deepEqual({ text, from }, { text: `${relay.id} says ${round}`, from: relay.bound });
        peer.send(Buffer.from(`${relay.id} hears ${round}`), relay.bound);
        assert.equal(await heard(client), `${relay.id} hears ${round}`);
      }
  },

  "relays end while packets flow, and the others go on": async (world) => {
    const links = await crowd(world, 16);
    const chatter = (text: string) => {
      for (const { client, peer, relay } of links) {
        client.send(encodeChannelData(0x4000, Buffer.from(text)), world.listener);
        peer.send(Buffer.from(text), relay.bound);
      }
    };
    for (const [i, { relay }] of links.entries()) {
      chatter(`before ${i}`);
      if (i % 2 === 1) world.plane.closeRelay(relay.id);
    }
    for (const { client, peer, relay } of links.filter((_, i) => i % 2 === 0)) {
      client.send(encodeChannelData(0x4000, Buffer.from("still here")), world.listener);
      while ((await peer.next()).text !== "still here");
      peer.send(Buffer.from("so am I"), relay.bound);
      while ((await heard(client)) !== "so am I");
    }
    for (const { relay } of links.filter((_, i) => i % 2 === 1)) {
      assert.equal(world.plane.counters(relay.id), undefined);
      await world.plane.openRelay({ ...relay, id: relay.id + CROWD });
    }
  },

  "a plane may be closed while packets flow, and does nothing afterwards": async (world) => {
    const links = await crowd(world, 8);
    for (let i = 0; i < 50; i++)
      for (const { client, peer, relay } of links) {
        client.send(encodeChannelData(0x4000, Buffer.from("last words")), world.listener);
        peer.send(Buffer.from("last words"), relay.bound);
      }
    await links[0]!.peer.next();
    const stranger = { address: world.here, port: 9 };
    await world.closePlane();
    world.plane.permit(1, world.here, true);
    world.plane.sendToPeer(1, stranger, Buffer.from("x"));
    world.plane.admit(1, stranger);
    world.plane.closeRelay(1);
    world.plane.reply({ transport: "udp", listener: 0, client: stranger }, Buffer.from("x"));
    world.plane.setTap(undefined);
    assert.equal(world.plane.counters(1), undefined);
    await assert.rejects(world.plane.listen({ address: world.here, port: 0 }));
    await assert.rejects(world.openRelay(1, world.stream().path));
  },

  "each of several listeners answers from its own address, and clients of all reach each other": async (world) => {
    const wheres = [world.listener];
    for (const address of [IPV4, IPV6, world.here])
      wheres.push((await world.plane.listen({ address, port: 0 })).address);
    const clients = [];
    for (const [i, where] of wheres.entries()) {
      const client = await world.socket(where.address as typeof IPV4);
      const path = await world.pathOf(client, where);
      world.plane.reply(path, Buffer.from("from here"));
      assert.deepEqual((await client.next()).from, where);
      clients.push({ client, where, relay: await world.openRelay(i + 1, path) });
    }
    const meeting = clients.at(-1)!;
    world.plane.permit(meeting.relay.id, world.advertised, true);
    for (const { client, where, relay } of clients.slice(0, -1)) {
      world.plane.bindChannel(relay.id, 0x4000, meeting.relay.advertised);
      client.send(encodeChannelData(0x4000, Buffer.from(`by ${relay.id}`)), where);
      const { bytes, from } = await meeting.client.next();
      assert.deepEqual(from, meeting.where);
      const { peer, text } = indicationIn(bytes);
      assert.deepEqual({ peer, text }, { peer: relay.advertised, text: `by ${relay.id}` });
    }
  },

  "hairpin: a client on a stream reaches one over UDP, and is reached": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const { next, path } = world.stream();
    const streams = await world.openRelay(2, path);
    for (const id of [1, 2]) world.plane.permit(id, world.advertised, true);
    world.plane.bindChannel(1, 0x4000, streams.advertised);
    world.plane.bindChannel(2, 0x4000, relay.advertised);
    world.plane.sendOnChannel(2, 0x4000, Buffer.from("to UDP"));
    assert.equal(await heard(client), "to UDP");
    client.send(encodeChannelData(0x4000, Buffer.from("to the stream")), world.listener);
    assert.deepEqual(await next(), encodeChannelData(0x4000, Buffer.from("to the stream"), true));
    await world.counted(2, "receivedPackets", 1);
    assert.equal(world.plane.counters(1)?.hairpinPackets, 1);
  },

  "a relay of an IPv6 client reaches an IPv4 peer, and the other way about": async (world) => {
    const other = world.here === IPV4 ? IPV6 : IPV4;
    const { client, relay } = await world.udpRelay(1, { here: other });
    const peer = await world.socket(other);
    world.plane.permit(1, other, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    client.send(encodeChannelData(0x4000, Buffer.from("across")), world.listener);
    assert.deepEqual((await peer.next()).from, relay.bound);
    peer.send(Buffer.from("and back"), relay.bound);
    assert.equal(await heard(client), "and back");
  },

  "a plane says what it is": async (world) => {
    const { kind, threads, droppedUpwards, runs, merged } = world.plane.status();
    assert.ok(kind === "native" || kind === "typescript");
    assert.ok(threads >= 1);
    const counts = [droppedUpwards, runs.sends, runs.packets, merged.reads, merged.packets];
    assert.ok(counts.every((count) => Number.isSafeInteger(count) && count >= 0));
  },
};

/** Clients with a relay each, and a peer each on channel 0x4000. */
async function crowd(world: World, size: number) {
  const links = [];
  for (let id = 1; id <= size; id++) {
    const { client, relay } = await world.udpRelay(id);
    const peer = await world.socket();
    world.plane.permit(id, world.here, true);
    world.plane.bindChannel(id, 0x4000, peer.address);
    links.push({ client, relay, peer });
  }
  return links;
}

async function heard(client: Awaited<ReturnType<World["socket"]>>): Promise<string | undefined> {
  const packet = decodeChannelData((await client.next()).bytes);
  return "data" in packet ? String(packet.data) : undefined;
}
