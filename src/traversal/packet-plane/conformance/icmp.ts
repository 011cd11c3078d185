import assert from "node:assert/strict";
import { type Checks, IPV6, indicationIn, type World } from "./world.ts";

/** Larger than any datagram. */
const TOO_LARGE = 65_530;

/** What clients learn of ICMP errors, from a plane that has `dontFragment`. */
export const icmpChecks: Checks = {
  "a closed port is told once, with the peer and without data": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const nobody = await world.closedPort();
    world.plane.permit(1, world.here, true);
    world.plane.sendToPeer(1, nobody, Buffer.from("anybody?"));
    assert.deepEqual(indicationIn((await client.next()).bytes), { peer: nobody, text: undefined, icmp: closed(world) });
    const peer = await world.socket();
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal(indicationIn((await client.next()).bytes).text, "hello");
  },

  "a closed port is told to a client on a stream": async (world) => {
    const { next, path } = world.stream();
    const relay = await world.openRelay(1, path);
    const [nobody, peer] = [await world.closedPort(), await world.socket()];
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, nobody);
    world.plane.sendOnChannel(1, 0x4000, Buffer.from("anybody?"));
    assert.deepEqual(indicationIn(await next()), { peer: nobody, text: undefined, icmp: closed(world) });
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal(indicationIn(await next()).text, "hello");
  },

  "errors about a peer without permission are not told": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    world.plane.sendToPeer(1, await world.closedPort(), Buffer.from("anybody?"));
    const peer = await world.socket();
    peer.send(Buffer.from("unasked"), relay.bound);
    await world.counted(1, "refusedPackets", 1);
    world.plane.permit(1, world.here, true);
    peer.send(Buffer.from("hello"), relay.bound);
    assert.equal(indicationIn((await client.next()).bytes).text, "hello");
  },

  "errors cost no packet to another peer": async (world) => {
    await world.udpRelay(1);
    const [nobody, peer] = [await world.closedPort(), await world.socket()];
    for (let i = 0; i < 50; i++) {
      world.plane.sendToPeer(1, nobody, Buffer.from("anybody?"));
      world.plane.sendToPeer(1, peer.address, Buffer.from(`packet ${i}`));
    }
    for (let i = 0; i < 50; i++) assert.equal((await peer.next()).text, `packet ${i}`);
  },

  "errors keep to the relay's limits": async (world) => {
    await world.udpRelay(1, { limits: { packetsPerSecond: 1, bitsPerSecond: 1e9 } });
    world.plane.permit(1, world.here, true);
    world.plane.sendToPeer(1, await world.closedPort(), Buffer.from("anybody?"));
    await world.counted(1, "limitedPackets", 1);
  },

  "a packet with DF that is larger than the path is told as such, and not sent": async (world) => {
    const { client } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.sendToPeer(1, peer.address, Buffer.alloc(TOO_LARGE), true);
    const { peer: about, text, icmp } = indicationIn((await client.next()).bytes);
    assert.deepEqual({ about, text }, { about: peer.address, text: undefined });
    assert.deepEqual([icmp?.type, icmp?.code], world.here === IPV6 ? [2, 0] : [3, 4]);
    assert.equal(world.plane.counters(1)?.sentPackets, 0);
    world.plane.sendToPeer(1, peer.address, Buffer.alloc(1200), true);
    assert.equal((await peer.next()).bytes.length, 1200);
  },
};

/** Port unreachable: RFC 792, RFC 4443 3.1. */
function closed(world: World) {
  return world.here === IPV6 ? { type: 1, code: 4, data: 0 } : { type: 3, code: 3, data: 0 };
}
