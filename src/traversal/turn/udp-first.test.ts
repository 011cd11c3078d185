import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { Method } from "#stun";
import { until } from "#until";
import { relayedOf } from "./raw-client.ts";
import { bridge, guest, UDP, world } from "./test-world.ts";

test("a guest's allocation over TCP waits for the one over UDP, if UDP was heard from its address", async () => {
  await using w = await world({}, new ManualClock(Date.now()));
  const [overUdp, overTcp] = [await w.udp(), await w.tcp()];
  await overUdp.challenge();
  await overTcp.challenge();
  overTcp.write(overTcp.encode(Method.allocate, [UDP], guest("g1")));
  await until(() => w.server.allocations().length === 1);
  relayedOf(await overUdp.request(Method.allocate, [UDP], guest("g1")));
  await overTcp.next();
  assert.deepEqual(
    w.server.allocations().map(({ transport }) => transport),
    ["tcp", "udp"],
  );
  const [tcp, udp] = w.server.allocations();
  assert.deepEqual([tcp?.responses.success, udp?.responses.success], [1, 1]);
});

test("where the UDP allocation does not come, the one over TCP comes half a second later", async () => {
  await using w = await world({}, new ManualClock(Date.now()));
  const [overUdp, overTcp] = [await w.udp(), await w.tcp()];
  await overUdp.challenge();
  await overTcp.challenge();
  const startedAt = performance.now();
  relayedOf(await overTcp.request(Method.allocate, [UDP], guest("g1")));
  assert.ok(performance.now() - startedAt >= 450);
});

test("nobody waits where no UDP was heard lately, nor a bridge, nor who has left meanwhile", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const challenged = async (client: Awaited<ReturnType<typeof w.tcp>>) => {
    await client.challenge();
    return client;
  };
  const [, one, two, three] = await Promise.all(
    [w.udp(), w.tcp(), w.tcp(), w.tcp()].map(async (made) => challenged(await made)),
  );
  relayedOf(await two!.request(Method.allocate, [UDP], bridge("cb1")));
  three!.write(three!.encode(Method.allocate, [UDP], guest("g3")));
  await until(() => w.server.allocations().length === 2);
  three!.leave();
  await until(() => w.server.allocations().length === 1);
  clock.advance(3001);
  const startedAt = performance.now();
  relayedOf(await one!.request(Method.allocate, [UDP], guest("g1")));
  assert.ok(performance.now() - startedAt < 400);
});
