import assert from "node:assert/strict";
import { formatAddress } from "#base";
import { encodeChannelData } from "#stun";
import { until } from "#until";
import type { PacketTap } from "../contract.ts";
import type { Checks } from "./world.ts";

/** What somebody who captures packets sees. */
export const tapChecks: Checks = {
  "a tap sees what comes and goes with its addresses, and nothing once it is taken away": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, world.here, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    const [seen, tap] = recorder();
    world.plane.setTap(tap);
    client.send(encodeChannelData(0x4000, Buffer.from("ping")), world.listener);
    await peer.next();
    peer.send(Buffer.from("pong"), relay.bound);
    await client.next();
    await until(() => seen.length === 4);
    const [at, bound] = [world.listener, relay.bound].map(formatAddress);
    const [from, to] = [client.address, peer.address].map(formatAddress);
    // A plane with several threads may tell of them in another order.
    const expected = [
      `in ${at} ${from} 4000000470696e67`,
      `out ${bound} ${to} 70696e67`,
      `in ${bound} ${to} 706f6e67`,
      `out ${at} ${from} 40000004706f6e67`,
    ];
    assert.deepEqual(seen.toSorted(), expected.toSorted());
    world.plane.setTap(undefined);
    client.send(encodeChannelData(0x4000, Buffer.from("unseen")), world.listener);
    await peer.next();
    world.plane.reply(await world.pathOf(client), Buffer.from("unseen"));
    await client.next();
    assert.equal(seen.length, 4);
  },

  "a tap sees replies, and packets from relay to relay as such": async (world) => {
    const [one, two] = [await world.udpRelay(1), await world.udpRelay(2)];
    world.plane.permit(2, world.advertised, true);
    world.plane.bindChannel(1, 0x4000, two.relay.advertised);
    world.plane.bindChannel(2, 0x4000, one.relay.advertised);
    const [seen, tap] = recorder();
    world.plane.setTap(tap);
    world.plane.sendOnChannel(1, 0x4000, Buffer.from("hi"));
    await two.client.next();
    world.plane.reply(await world.pathOf(one.client), Buffer.from("answer"));
    await one.client.next();
    const [from, to] = [one, two].map(({ relay }) => formatAddress(relay.advertised));
    const answer = `out ${formatAddress(world.listener)} ${formatAddress(one.client.address)} 616e73776572`;
    await until(() => seen.includes(answer) && seen.includes(`inside ${from} ${to} 6869`));
  },
};

function recorder(): [string[], PacketTap] {
  const seen: string[] = [];
  const packet: PacketTap["packet"] = (direction, local, remote, payload) => {
    const bytes = payload instanceof Uint8Array ? payload : Buffer.concat([...payload]);
    seen.push(`${direction} ${formatAddress(local)} ${formatAddress(remote)} ${Buffer.from(bytes).toString("hex")}`);
  };
  return [seen, { packet }];
}
