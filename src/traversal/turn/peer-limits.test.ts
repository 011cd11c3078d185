import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { Method } from "#stun";
import { until } from "#until";
import { bareCore } from "./bare-core.ts";
import { codeOf, type RawClient, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, channelTo, LIMITS, peerAddress, world } from "./test-world.ts";

const BENCHMARK = { allowPeers: { guest: ["198.18.0.0/15"], bridge: ["198.18.0.0/15"] } };
const FULL = 508;

/** Permissions for `count` peers, from the one with number `first` on, in requests of up to 50. */
async function permit(client: RawClient, account: typeof ANNA, first: number, count: number): Promise<number> {
  for (let at = first; at < first + count; at += 50) {
    const numbers = Array.from({ length: Math.min(50, first + count - at) }, (_, i) => at + i);
    const peers = numbers.map((n) => peerAddress(`198.18.${n >> 8}.${n & 255}`));
    const code = codeOf(await client.request(Method.createPermission, peers, account));
    if (code !== 0) return code;
  }
  return 0;
}

test("a guest has 5 new peers a second, and 20 at once; peers it has do not count again", async () => {
  const clock = new ManualClock();
  await using w = bareCore(BENCHMARK, clock);
  const client = w.client("192.0.2.1", 5000);
  await client.allocate(ANNA);
  assert.equal(await permit(client, ANNA, 0, 21), FULL);
  assert.equal(await permit(client, ANNA, 0, 20), 0);
  assert.equal(await permit(client, ANNA, 0, 20), 0);
  assert.equal(await permit(client, ANNA, 20, 1), FULL);
  const channel = channelTo(0x4000, { address: "198.18.0.30", port: 9 });
  assert.equal(codeOf(await client.request(Method.channelBind, channel, ANNA)), FULL);
  clock.advance(1000);
  assert.equal(await permit(client, ANNA, 20, 6), FULL);
  assert.equal(await permit(client, ANNA, 20, 5), 0);
  clock.advance(3_600);
  assert.equal(codeOf(await client.request(Method.channelBind, channel, ANNA)), 0);
  assert.equal(await permit(client, ANNA, 31, 18), FULL);
  assert.equal(await permit(client, ANNA, 31, 17), 0);
});

test("a bridge has new peers as fast as its meeting fills, up to the permissions of an allocation", async () => {
  await using w = bareCore({ ...BENCHMARK, limits: { ...LIMITS, permissions: 200 } }, new ManualClock());
  const client = w.client("192.0.2.1", 5000);
  await client.allocate(BRIDGE);
  assert.equal(await permit(client, BRIDGE, 0, 200), 0);
  assert.equal(await permit(client, BRIDGE, 200, 1), FULL);
  assert.equal(await permit(client, BRIDGE, 0, 200), 0, "what is there may be prolonged");
  const channel = channelTo(0x4000, { address: "198.18.9.9", port: 9 });
  assert.equal(codeOf(await client.request(Method.channelBind, channel, BRIDGE)), FULL);
});

test("508 for one channel too many; those that are bound may be prolonged", async () => {
  await using w = bareCore({ limits: { ...LIMITS, channels: 2 } });
  const client = w.client("192.0.2.1", 5000);
  await client.allocate(BRIDGE);
  const bind = async (number: number) =>
    codeOf(await client.request(Method.channelBind, channelTo(number, { address: "127.0.0.9", port: number }), BRIDGE));
  const codes = [];
  for (const number of [0x4000, 0x4001, 0x4002, 0x4000]) codes.push(await bind(number));
  assert.deepEqual(codes, [0, 0, FULL, 0]);
});

for (const [what, limits, packet] of [
  ["packets", { packetsPerSecond: 1 }, "x"],
  ["bits", { bitsPerSecond: 8000 }, "x".repeat(900)],
] as const)
  test(`a guest's allocation is limited in ${what} a second, a bridge's is not`, async () => {
    const allowPeers = { guest: ["127.0.0.0/8"], bridge: ["127.0.0.0/8"] };
    await using w = await world({ allowPeers, limits: { ...LIMITS, ...limits } });
    for (const account of [ANNA, BRIDGE]) {
      const client = await w.udp();
      const peer = await w.peerOf(relayedOf(await client.allocate(account)));
      await client.request(Method.createPermission, [peerAddress("127.0.0.1")], account);
      for (let i = 0; i < 30; i++) client.send(peer.local, packet);
      await client.request(Method.refresh, [], account);
      const { counters } = w.server.allocations().at(-1)!;
      assert.equal(counters.sentPackets + counters.limitedPackets, 30);
      assert.equal(counters.limitedPackets > 0, account === ANNA);
      await until(() => peer.received.length === counters.sentPackets);
    }
  });
