import assert from "node:assert/strict";
import { encodeChannelData } from "#stun";
import { until } from "#until";
import { sendIndication } from "./sends.ts";
import type { Checks, World } from "./world.ts";

const PLENTY = 1e9;
/** So few that a slow test sees one more at most. */
const TWO_A_SECOND = { packetsPerSecond: 2, bitsPerSecond: PLENTY };

/** What the limits of a relay let through, and what else has to do with time: the same in both families. */
export const limitChecks: Checks = {
  "both directions together keep to the packets per second, and what is above is counted": async (world) => {
    const { client, relay } = await world.udpRelay(1, { limits: TWO_A_SECOND });
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    for (let i = 0; i < 10; i++) client.send(encodeChannelData(0x4000, Buffer.from("x")), world.listener);
    await handled(world, 1, 10);
    for (let i = 0; i < 10; i++) peer.send(Buffer.from("x"), relay.bound);
    await handled(world, 1, 20);
    const { sentPackets, receivedPackets, limitedPackets } = world.plane.counters(1)!;
    assert.ok(sentPackets >= 2 && sentPackets + receivedPackets <= 4, `${sentPackets} and ${receivedPackets} passed`);
    assert.ok(limitedPackets >= 16);
  },

  "payloads keep to the bits per second": async (world) => {
    await world.udpRelay(1, { limits: { packetsPerSecond: PLENTY, bitsPerSecond: 8000 } });
    const peer = await world.socket();
    for (let i = 0; i < 10; i++) world.plane.sendToPeer(1, peer.address, Buffer.alloc(300));
    const { sentPackets, limitedPackets } = world.plane.counters(1)!;
    assert.equal(sentPackets, 3);
    assert.equal(limitedPackets, 7);
  },

  "strangers do not use up what the peers may send": async (world) => {
    const { client, relay } = await world.udpRelay(1, { limits: TWO_A_SECOND });
    const peer = await world.socket();
    for (let i = 0; i < 10; i++) peer.send(Buffer.from("unasked"), relay.bound);
    await world.counted(1, "refusedPackets", 10);
    world.plane.permit(1, world.here, true);
    peer.send(Buffer.from("asked"), relay.bound);
    assert.ok((await client.next()).bytes.length > 5);
    assert.equal(world.plane.counters(1)?.limitedPackets, 0);
  },

  "a hairpin packet counts for both relays": async (world) => {
    const [one, two] = [await world.udpRelay(1), await world.udpRelay(2, { limits: TWO_A_SECOND })];
    world.plane.permit(2, world.advertised, true);
    for (let i = 0; i < 10; i++) world.plane.sendToPeer(1, two.relay.advertised, Buffer.from("x"));
    assert.equal(world.plane.counters(1)?.hairpinPackets, 10);
    assert.equal(world.plane.counters(2)?.receivedPackets, 2);
    assert.equal(world.plane.counters(2)?.limitedPackets, 8);
    world.plane.permit(1, world.advertised, true);
    world.plane.sendToPeer(2, one.relay.advertised, Buffer.from("x"));
    assert.equal(world.plane.counters(2)?.limitedPackets, 9);
    assert.equal(world.plane.counters(1)?.receivedPackets, 0);
  },

  "admitted Sends keep to them": async (world) => {
    const { client } = await world.udpRelay(1, { limits: TWO_A_SECOND });
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.admit(1, peer.address);
    for (let i = 0; i < 10; i++) client.send(sendIndication(peer.address, "x"), world.listener);
    await handled(world, 1, 10);
    assert.ok(world.plane.counters(1)!.limitedPackets >= 7);
  },

  "a relay is idle until a packet passes": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.bindChannel(1, 0x4000, peer.address);
    await until(() => world.plane.idleMs(1)! >= 2000);
    peer.send(Buffer.from("unasked"), relay.bound);
    await world.counted(1, "refusedPackets", 1);
    assert.ok(world.plane.idleMs(1)! >= 2000, "what is refused does not count");
    client.send(encodeChannelData(0x4000, Buffer.from("awake")), world.listener);
    await peer.next();
    await until(() => world.plane.idleMs(1)! < 2000);
  },
};

async function handled(world: World, id: number, count: number): Promise<void> {
  await until(() => {
    const { sentPackets, receivedPackets, limitedPackets } = world.plane.counters(id)!;
    return sentPackets + receivedPackets + limitedPackets === count;
  });
}
