import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import type { TransportAddress } from "#base";
import { Method } from "#stun";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ADVERTISED, ANNA, channelTo, family, guest, peerAddress, relayOptions, world } from "./test-world.ts";

/** Everything is allowed, as a careless administrator might. */
const OPEN = { allowPeers: { guest: ["0.0.0.0/0", "::/0"], bridge: ["0.0.0.0/0", "::/0"] } };
const NEVER = [
  { address: "0.0.0.0", port: 9443 },
  { address: "::", port: 9444 },
  { address: "127.0.0.9", port: 8443 },
  { address: "::1", port: 8444 },
];
const OTHER = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

const UNREACHABLE: readonly (readonly [string, TransportAddress])[] = [
  ["a socket of all addresses, on loopback", { address: "127.0.0.1", port: 9443 }],
  ["the same, on another loopback address", { address: "127.77.0.1", port: 9443 }],
  ["the same, on an interface", { address: OTHER ?? "127.0.0.1", port: 9443 }],
  ["the same, at the advertised address", { address: ADVERTISED, port: 9443 }],
  ["a socket of all IPv6 addresses", { address: "::1", port: 9444 }],
  ["the same, over IPv4", { address: "127.0.0.1", port: 9444 }],
  ["the same, at the advertised IPv6 address", { address: "2001:db8::10", port: 9444 }],
  ["a socket of one address", { address: "127.0.0.9", port: 8443 }],
  ["a socket of one IPv6 address that relays have, at the advertised one", { address: "2001:db8::10", port: 8444 }],
  ["a socket in an IPv4-mapped address", { address: "::ffff:127.0.0.9", port: 8443 }],
  ["what is no host, whatever is allowed", { address: "0.0.0.0", port: 9 }],
  ["a group", { address: "224.0.0.1", port: 9 }],
  ["an IPv6 group", { address: "ff02::1", port: 9 }],
];

test("neverPeers are reached by no channel and no Send, whatever is allowed", async () => {
  await using w = await world({ ...OPEN, neverPeers: NEVER });
  for (const [what, peer] of UNREACHABLE) {
    const client = await w.udp();
    const account = guest(what);
    await client.allocate(account, [family(peer.address.includes(":") ? 2 : 1)]);
    assert.equal(codeOf(await client.request(Method.channelBind, channelTo(0x4000, peer), account)), 403, what);
    await client.request(Method.createPermission, [peerAddress(peer.address)], account);
    client.send(peer, "x");
    await client.request(Method.refresh, [], account);
    assert.equal(w.server.allocations().at(-1)!.counters.sentPackets, 0, what);
    w.server.end(w.server.allocations().at(-1)!.id);
  }
});

test("the same ports elsewhere are reached: a socket of one address forbids no other address", async () => {
  await using w = await world({ ...OPEN, neverPeers: NEVER });
  const client = await w.udp();
  await client.allocate(ANNA);
  assert.equal(
    codeOf(await client.request(Method.channelBind, channelTo(0x4000, { address: "127.0.0.8", port: 8443 }), ANNA)),
    0,
  );
  assert.equal(
    codeOf(await client.request(Method.channelBind, channelTo(0x4001, { address: "198.51.100.1", port: 9443 }), ANNA)),
    0,
  );
});

for (const [where, elsewhere] of [
  ["127.0.0.1", [ADVERTISED]],
  ["0.0.0.0", [ADVERTISED, "127.0.0.1", "127.0.0.2"]],
  ["127.0.0.5", []],
] as const)
  test(`TURN never talks to itself: a listener on ${where} is reached nowhere`, async () => {
    await using w = await world({ ...OPEN, listen: [{ address: where, port: 0, transports: ["udp", "tcp"] }] });
    const at = { address: where === "0.0.0.0" ? "127.0.0.1" : where, port: w.at.port };
    const client = await w.udpTo(at);
    relayedOf(await client.allocate(ANNA));
    for (const address of [at.address, ...elsewhere]) {
      const peer = { address, port: at.port };
      assert.equal(codeOf(await client.request(Method.channelBind, channelTo(0x4000, peer), ANNA)), 403, address);
      await client.request(Method.createPermission, [peerAddress(address)], ANNA);
      client.send(peer, "x");
    }
    await client.request(Method.refresh, [], ANNA);
    assert.equal(w.server.allocations()[0]!.counters.sentPackets, 0);
    assert.ok(w.server.status().refusedPeers["a listener of this edge"]);
  });

test("relays of this server are reached at the bound and at the advertised address", async () => {
  await using w = await world({
    relay: relayOptions({ ipv4: { address: "127.0.0.1", advertised: ADVERTISED } }),
    allowPeers: { guest: [], bridge: [] },
  });
  const [one, two] = [await w.udp(), await w.udp()];
  const bridge = { username: "bridge1", password: "bridge-password" };
  const relayed = relayedOf(await two.allocate(bridge));
  await one.allocate(ANNA);
  for (const [number, address] of [ADVERTISED, "127.0.0.1"].entries()) {
    const channel = channelTo(0x4000 + number, { address, port: relayed.port });
    assert.equal(codeOf(await one.request(Method.channelBind, channel, ANNA)), 0, address);
  }
});
