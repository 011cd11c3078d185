import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method } from "#stun";
import { codeOf, relayedOf } from "./raw-client.ts";
import {
  ADVERTISED,
  ANNA,
  BRIDGE,
  channelTo,
  family,
  LIMITS,
  lifetime,
  peerAddress,
  relayOptions,
  UDP,
  world,
} from "./test-world.ts";

const ADVERTISED6 = "2001:db8::10";
const BOTH = attribute(attributes.additionalAddressFamily, 2);
const relaysOf = (w: Awaited<ReturnType<typeof world>>) =>
  w.server.allocations().map(({ relays }) => relays.map(({ address }) => address));

test("REQUESTED-ADDRESS-FAMILY chooses the relay; nobody has one of family 3", async () => {
  await using w = await world();
  assert.equal(relayedOf(await (await w.udp()).allocate(ANNA, [family(1)])).address, ADVERTISED);
  assert.equal(relayedOf(await (await w.udp()).allocate(ANNA, [family(2)])).address, ADVERTISED6);
  for (const number of [0, 3, 255]) assert.equal(codeOf(await (await w.udp()).allocate(ANNA, [family(number)])), 440);
});

test("ADDITIONAL-ADDRESS-FAMILY gets a relay of each family (RFC 8656 7.2)", async () => {
  await using w = await world();
  const answer = await (await w.udp()).allocate(ANNA, [BOTH]);
  const relayed = answer.all(attributes.xorRelayedAddress).map(({ address }) => address);
  assert.deepEqual(relayed, [ADVERTISED, ADVERTISED6]);
  assert.equal(answer.get(attributes.addressErrorCode), undefined);
  assert.equal(w.server.status().relays, 2);
});

const EXCLUDED = {
  "asks for IPv4 besides": [attribute(attributes.additionalAddressFamily, 1)],
  "asks for a family that nobody knows": [attribute(attributes.additionalAddressFamily, 3)],
  "names a family as well": [BOTH, family(1)],
  "reserves the next port as well": [BOTH, attribute(attributes.evenPort, true)],
  "has a token as well": [BOTH, attribute(attributes.reservationToken, new Uint8Array(8))],
};
for (const [what, list] of Object.entries(EXCLUDED))
  test(`400: a dual Allocate that ${what} (coturn #2007)`, async () => {
    await using w = await world();
    assert.equal(codeOf(await (await w.udp()).allocate(ANNA, list)), 400);
    assert.deepEqual(w.server.allocations(), []);
  });

test("a dual Allocate may want even ports", async () => {
  await using w = await world();
  const answer = await (await w.udp()).allocate(ANNA, [BOTH, attribute(attributes.evenPort, false)]);
  const ports = answer.all(attributes.xorRelayedAddress).map(({ port }) => port % 2);
  assert.deepEqual(ports, [0, 0]);
});

for (const [missing, without, left, code] of [
  [2, { ipv6: undefined }, ADVERTISED, 440],
  [1, { ipv4: undefined }, ADVERTISED6, 440],
] as const)
  test(`half of a dual Allocate is a success that says why family ${missing} is missing (RFC 8656 18.12)`, async () => {
    await using w = await world({ relay: relayOptions(without) });
    const answer = await (await w.udp()).allocate(ANNA, [BOTH]);
    assert.deepEqual(
      answer.all(attributes.xorRelayedAddress).map(({ address }) => address),
      [left],
    );
    const error = answer.get(attributes.addressErrorCode)!;
    assert.deepEqual([error.family, error.code], [missing, code]);
  });

test("508 for the half whose ports are all in use, and for the whole if both are", async () => {
  await using w = await world({ relay: relayOptions({ ports: { first: 30_200, last: 30_200 } }) });
  await (await w.udp()).allocate(ANNA, [family(2)]);
  const half = await (await w.udp()).allocate(ANNA, [BOTH]);
  assert.equal(relayedOf(half).address, ADVERTISED);
  const error = half.get(attributes.addressErrorCode)!;
  assert.deepEqual([error.family, error.code], [2, 508]);
  assert.equal(codeOf(await (await w.udp()).allocate(ANNA, [BOTH])), 508);
  assert.equal(w.server.allocations().length, 2);
});

test("443: a peer, or a Refresh, of the family that the allocation has not", async () => {
  await using w = await world();
  for (const [own, other] of [
    [1, "2001:db8::1"],
    [2, "127.0.0.1"],
  ] as const) {
    const client = await w.udp();
    await client.allocate(BRIDGE, [family(own)]);
    const peer = { address: other, port: 9 };
    assert.equal(codeOf(await client.request(Method.createPermission, [peerAddress(other)], BRIDGE)), 443);
    assert.equal(codeOf(await client.request(Method.channelBind, channelTo(0x4000, peer), BRIDGE)), 443);
    assert.equal(codeOf(await client.request(Method.refresh, [family(3 - own), lifetime(0)], BRIDGE)), 443);
    assert.equal(codeOf(await client.request(Method.refresh, [family(own)], BRIDGE)), 0);
  }
  assert.equal(w.server.allocations().length, 2);
});

test("a Refresh of one family with lifetime 0 keeps the other, with what was permitted there", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE, [BOTH]);
  const peers = [peerAddress("127.0.0.9"), peerAddress("::1")];
  assert.equal(codeOf(await client.request(Method.createPermission, peers, BRIDGE)), 0);
  const ended = await client.request(Method.refresh, [family(1), lifetime(0)], BRIDGE);
  assert.equal(ended.get(attributes.lifetime), 0);
  assert.deepEqual(relaysOf(w), [[ADVERTISED6]]);
  const permitted = w.server.allocations()[0]!.permissions.map(({ address }) => address);
  assert.deepEqual(permitted, ["::1"]);
  assert.equal(codeOf(await client.request(Method.createPermission, [peers[0]!], BRIDGE)), 443);
  await client.request(Method.refresh, [lifetime(0)], BRIDGE);
  assert.deepEqual(w.server.allocations(), []);
});

for (const [defaultFamily, overIpv4, overIpv6] of [
  ["ipv4", [ADVERTISED], [ADVERTISED]],
  ["listener", [ADVERTISED], [ADVERTISED6]],
  ["dual", [ADVERTISED, ADVERTISED6], [ADVERTISED, ADVERTISED6]],
] as const)
  test(`who asks for no family gets the default "${defaultFamily}", over UDP and TCP (coturn #154)`, async () => {
    const listen = ["127.0.0.1", "::1"].map((address) => ({ address, port: 0, transports: ["udp", "tcp"] as const }));
    await using w = await world({
      listen,
      relay: relayOptions({ defaultFamily }),
      limits: { ...LIMITS, allocationsPerUser: 4 },
    });
    const udp6 = w.server.listening[2]!;
    for (const client of [await w.udp(), await w.udpTo(udp6), await w.tcp(), await w.tcpTo(udp6)]) {
      const answer = await client.allocate(BRIDGE);
      assert.deepEqual(answer.get(attributes.xorMappedAddress), client.local);
      const expected = client.local.address === "::1" ? overIpv6 : overIpv4;
      assert.deepEqual(
        answer.all(attributes.xorRelayedAddress).map(({ address }) => address),
        expected,
      );
      assert.equal(codeOf(await client.request(Method.allocate, [UDP], BRIDGE)), 437);
    }
  });
