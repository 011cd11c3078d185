import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method } from "#stun";
import { until } from "#until";
import { bareCore } from "./bare-core.ts";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, bridge, guest, LIMITS, lifetime, UDP, world } from "./test-world.ts";

const QUOTA = 486;
const FULL = 508;

test("486: an address has its quota, whoever its users are; IPv6 counts by /64 (coturn #243)", async () => {
  await using w = bareCore({ limits: { ...LIMITS, allocationsPerAddress: 2 } });
  const NETWORKS = [
    ["192.0.2.1", "192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::3"],
    ["2001:db8:1:3::1", "2001:db8:1:3::2", "2001:db8:1:3::3"],
  ];
  for (const [network, addresses] of NETWORKS.entries()) {
    const codes = [];
    for (const [i, address] of addresses.entries())
      codes.push(codeOf(await w.client(address, 5000 + i).allocate(guest(`g${network}-${i}`))));
    assert.deepEqual(codes, [0, 0, QUOTA]);
  }
});

test("a user's quota is of the name and the role: a guest has not what a bridge of that name has", async () => {
  await using w = bareCore({ limits: { ...LIMITS, allocationsPerUser: 1 } });
  for (const account of [guest("x"), bridge("x")])
    assert.equal(codeOf(await w.client("192.0.2.1", account.username.length).allocate(account)), 0);
  assert.equal(codeOf(await w.client("192.0.2.2", 5000).allocate(guest("x", 99))), QUOTA);
});

test("what ends makes room at once: for its user, its address and the server", async () => {
  await using w = await world({
    limits: { ...LIMITS, allocationsPerUser: 1, allocationsPerAddress: 1, allocations: 1 },
  });
  const client = await w.udp();
  for (let i = 0; i < 3; i++) {
    relayedOf(await client.allocate(ANNA));
    await client.request(Method.refresh, [lifetime(0)], ANNA);
  }
  relayedOf(await client.allocate(ANNA));
  w.server.end(w.server.allocations()[0]!.id);
  relayedOf(await client.allocate(BRIDGE));
  assert.equal(w.lines.filter(({ event }) => event === "TURN allocation ended").length, 4);
});

test("486 is for who has too many, 508 for a server that has no more", async () => {
  await using w = await world({ limits: { ...LIMITS, allocationsPerUser: 1, allocations: 2 } });
  relayedOf(await (await w.udp()).allocate(ANNA));
  assert.equal(codeOf(await (await w.udp()).allocate(ANNA)), QUOTA);
  relayedOf(await (await w.udp()).allocate(BRIDGE));
  assert.equal(codeOf(await (await w.udp()).allocate(guest("g1"))), FULL);
  assert.equal(w.server.status().responses[FULL], 1);
});

test("a refused Allocate costs nothing: no port, no quota", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  const bad = [attribute(attributes.requestedAddressFamily, 9), attribute(attributes.evenPort, true)];
  for (let i = 0; i < 10; i++) assert.equal(codeOf(await client.request(Method.allocate, [UDP, ...bad], ANNA)), 440);
  const { ports } = w.server.status();
  assert.ok(ports.every(({ used, reserved, quarantined }) => used + reserved + quarantined === 0));
  for (let i = 0; i < 3; i++) relayedOf(await (await w.udp()).allocate(ANNA));
});

test("reserved ports count for their user, who could else reserve all there are", async () => {
  await using w = bareCore();
  const client = w.client("192.0.2.1", 5000);
  const reserve = [attribute(attributes.evenPort, true)];
  for (let i = 0; i < LIMITS.allocationsPerUser; i++) {
    relayedOf(await client.allocate(ANNA, reserve));
    await client.request(Method.refresh, [lifetime(0)], ANNA);
  }
  assert.equal(codeOf(await client.allocate(ANNA, reserve)), QUOTA);
  relayedOf(await client.allocate(BRIDGE, reserve));
  await until(() => w.core.allocations.size === 1);
});
