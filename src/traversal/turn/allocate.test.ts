import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method, newTransactionId } from "#stun";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, guest, LIMITS, peerAddress, relayOptions, UDP, world } from "./test-world.ts";

test("420 names the types that must be understood and that nobody knows", async () => {
  await using w = await world();
  const client = await w.udp();
  const strange = { type: 0x7ff0, encode: () => new Uint8Array(4) };
  const answer = await client.allocate(ANNA, [strange]);
  assert.equal(codeOf(answer), 420);
  assert.deepEqual(answer.get(attributes.unknownAttributes), [0x7ff0]);
});

test("440 and 442: no relay of a family that is not configured, nor for TCP while RFC 6062 is off", async () => {
  await using w = await world({ relay: relayOptions({ ipv6: undefined }) });
  const client = await w.udp();
  assert.equal(codeOf(await client.allocate(ANNA, [attribute(attributes.requestedAddressFamily, 2)])), 440);
  assert.equal(
    codeOf(await client.request(Method.allocate, [UDP, attribute(attributes.requestedAddressFamily, 7)], ANNA)),
    440,
  );
  const tcp = [attribute(attributes.requestedTransport, 6)];
  assert.equal(codeOf(await client.request(Method.allocate, tcp, ANNA)), 442);
  relayedOf(await client.allocate(ANNA, [attribute(attributes.requestedAddressFamily, 1)]));
});

test("437 and 441: one allocation for a 5-tuple, and for one user; its retransmission gets the same answer", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  assert.equal(codeOf(await client.request(Method.refresh, [], ANNA)), 437);
  const id = newTransactionId();
  const first = relayedOf(await client.request(Method.allocate, [UDP], ANNA, id));
  assert.deepEqual(relayedOf(await client.request(Method.allocate, [UDP], ANNA, id)), first);
  assert.equal(codeOf(await client.request(Method.allocate, [UDP], ANNA)), 437);
  assert.equal(codeOf(await client.request(Method.refresh, [], BRIDGE)), 441);
  assert.equal(codeOf(await client.request(Method.createPermission, [peerAddress("127.0.0.1")], BRIDGE)), 441);
  assert.equal(w.server.allocations().length, 1);
});

test("two Allocates sent at once make one relay", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  const bytes = client.encode(Method.allocate, [UDP], ANNA);
  client.write(bytes);
  client.write(bytes);
  await client.next();
  assert.equal(w.server.allocations().length, 1);
});

test("486: a user's quota counts the user and not its expiry; renewed credentials may refresh", async () => {
  await using w = await world();
  const clients = [];
  for (let i = 0; i < 3; i++) {
    const client = await w.udp();
    relayedOf(await client.allocate(guest("g1", 60 + i)));
    clients.push(client);
  }
  const fourth = await w.udp();
  assert.equal(codeOf(await fourth.allocate(guest("g1", 99))), 486);
  const renewed = guest("g1", 1000);
  const refreshed = await clients[0]!.request(Method.refresh, [attribute(attributes.lifetime, 0)], renewed);
  assert.equal(refreshed.get(attributes.lifetime), 0);
  relayedOf(await fourth.allocate(guest("g1", 99)));
});

test("508: when all relay ports are in use, or as many allocations as there may be", async () => {
  const first = 20_000 + Math.floor(Math.random() * 40_000);
  const relay = relayOptions({ ports: { first, last: first + 1 } });
  await using ports = await world({ relay });
  for (const id of ["a", "b"]) relayedOf(await (await ports.udp()).allocate(guest(id)));
  assert.equal(codeOf(await (await ports.udp()).allocate(guest("c"))), 508);
  await using total = await world({ limits: { ...LIMITS, allocations: 1 } });
  relayedOf(await (await total.udp()).allocate(guest("a")));
  assert.equal(codeOf(await (await total.udp()).allocate(guest("b"))), 508);
});

test("EVEN-PORT with R reserves the next port for its token, once", async () => {
  await using w = await world();
  const even = await (await w.udp()).allocate(ANNA, [attribute(attributes.evenPort, true)]);
  const token = even.get(attributes.reservationToken)!;
  assert.equal(relayedOf(even).port % 2, 0);
  const redeem = [attribute(attributes.reservationToken, token)];
  assert.equal(codeOf(await (await w.udp()).allocate(BRIDGE, redeem)), 508);
  const odd = await (await w.udp()).allocate(ANNA, redeem);
  assert.equal(relayedOf(odd).port, relayedOf(even).port + 1);
  assert.equal(codeOf(await (await w.udp()).allocate(ANNA, redeem)), 508);
  const both = [...redeem, attribute(attributes.evenPort, true)];
  assert.equal(codeOf(await (await w.udp()).allocate(ANNA, both)), 400);
});
