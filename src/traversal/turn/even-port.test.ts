import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes } from "#stun";
import { bareCore } from "./bare-core.ts";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, bridge, family, guest, relayOptions, world } from "./test-world.ts";

const EVEN = attribute(attributes.evenPort, false);
const EVEN_AND_NEXT = attribute(attributes.evenPort, true);
const PAIR = { ports: { first: 30_000, last: 30_001 } };
const redeem = (token: Uint8Array) => attribute(attributes.reservationToken, token);

test("EVEN-PORT without R leaves the odd port to others (coturn 4adbd82e)", async () => {
  await using w = bareCore({ relay: relayOptions(PAIR) });
  const even = await w.client("192.0.2.1", 5000).allocate(ANNA, [EVEN]);
  assert.equal(relayedOf(even).port, 30_000);
  assert.equal(even.get(attributes.reservationToken), undefined);
  assert.equal(relayedOf(await w.client("192.0.2.1", 5001).allocate(ANNA)).port, 30_001);
});

test("508 where no even port, or no pair, is free", async () => {
  await using w = bareCore({ relay: relayOptions(PAIR) });
  relayedOf(await w.client("192.0.2.1", 5000).allocate(ANNA, [EVEN]));
  for (const wish of [EVEN, EVEN_AND_NEXT])
    assert.equal(codeOf(await w.client("192.0.2.1", 5001).allocate(ANNA, [wish])), 508);
});

test("a token is of the user who got it: not of another one, nor of the same name with another role", async () => {
  await using w = bareCore({ relay: relayOptions(PAIR) });
  const even = await w.client("192.0.2.1", 5000).allocate(guest("x"), [EVEN_AND_NEXT]);
  const token = redeem(even.get(attributes.reservationToken)!);
  for (const thief of [ANNA, BRIDGE, bridge("x"), guest("y")])
    assert.equal(codeOf(await w.client("192.0.2.1", 5001).allocate(thief, [token])), 508);
  assert.equal(relayedOf(await w.client("192.0.2.1", 5001).allocate(guest("x", 99), [token])).port, 30_001);
  assert.equal(codeOf(await w.client("192.0.2.1", 5002).allocate(guest("x"), [token])), 508);
});

test("a token stands for its port's address family, which the client may not name again (RFC 8656 7.1)", async () => {
  await using w = await world();
  const even = await (await w.udp()).allocate(ANNA, [family(2), EVEN_AND_NEXT]);
  const token = redeem(even.get(attributes.reservationToken)!);
  assert.equal(codeOf(await (await w.udp()).allocate(ANNA, [token, family(2)])), 400);
  const odd = relayedOf(await (await w.udp()).allocate(ANNA, [token]));
  assert.deepEqual(odd, { address: "2001:db8::10", port: relayedOf(even).port + 1 });
});

test("the gauge of ports tells used, reserved, resting and free ones (coturn #806)", async () => {
  await using w = await world({ relay: relayOptions({ ports: { first: 30_100, last: 30_109 } }) });
  const client = await w.udp();
  await client.allocate(ANNA, [EVEN_AND_NEXT]);
  await (await w.udp()).allocate(BRIDGE, [attribute(attributes.additionalAddressFamily, 2)]);
  assert.deepEqual(w.server.status().ports, [
    { family: "ipv4", used: 2, free: 7, quarantined: 0, reserved: 1 },
    { family: "ipv6", used: 1, free: 9, quarantined: 0, reserved: 0 },
  ]);
  for (const { id } of w.server.allocations()) w.server.end(id);
  assert.deepEqual(w.server.status().ports, [
    { family: "ipv4", used: 0, free: 7, quarantined: 2, reserved: 1 },
    { family: "ipv6", used: 0, free: 9, quarantined: 1, reserved: 0 },
  ]);
});
