import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method } from "#stun";
import { codeOf, type RawClient, relayedOf } from "./raw-client.ts";
import { ADVERTISED, ANNA, BRIDGE, channelTo, family, peerAddress, relayOptions, world } from "./test-world.ts";

const NO_EXTRA = { allowPeers: { guest: [], bridge: [] } };

/** IPv6 addresses in which an IPv4 address hides, or that are no public host by themselves. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  "IPv4-mapped (CVE-2026-27624)": ["::ffff:10.0.0.1", "::ffff:127.0.0.9", "::ffff:169.254.169.254"],
  "IPv4-compatible": ["::10.0.0.1", "::127.0.0.9"],
  "NAT64 (RFC 6052)": ["64:ff9b::10.0.0.1", "64:ff9b::7f00:9"],
  "local NAT64 (RFC 8215)": ["64:ff9b:1::10.0.0.1", "64:ff9b:1:a00:0:100:808:808", "64:ff9b:1::808:808"],
  "6to4 (RFC 3056)": ["2002:a00:1::1", "2002:7f00:9::1"],
  "Teredo (RFC 4380)": ["2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:0:a00:1:0:0:f7f7:f7f7"],
  "ISATAP (RFC 5214)": [
    "2606:4700::5efe:10.0.0.1",
    "2606:4700::200:5efe:10.0.0.1",
    "fd00::5efe:8.8.8.8",
    "fe80::5efe:808:808",
  ],
  "multicast with a public address within": ["ff05::5efe:808:808"],
  "this host (CVE-2020-26262)": ["::", "::ffff:0.0.0.0", "64:ff9b::"],
  "unique local and documentation": ["fd00::1", "2001:db8::1"],
};

for (const [form, addresses] of Object.entries(FORMS))
  test(`a bridge does not reach what is ${form}: not by permission, channel or Send`, async () => {
    await using w = await world(NO_EXTRA);
    const client = await w.udp();
    relayedOf(await client.allocate(BRIDGE, [family(2)]));
    for (const address of addresses) {
      assert.equal(codeOf(await permit(client, address, BRIDGE)), 403, address);
      const channel = channelTo(0x4000, { address, port: 5000 });
      assert.equal(codeOf(await client.request(Method.channelBind, channel, BRIDGE)), 403, address);
      client.send({ address, port: 5000 }, "x");
    }
    assert.equal(codeOf(await client.request(Method.refresh, [], BRIDGE)), 0);
    const [allocation] = w.server.allocations();
    assert.deepEqual([allocation!.permissions, allocation!.channels], [[], []]);
    assert.equal(allocation!.counters.sentPackets, 0);
    const refused = Object.values(w.server.status().refusedPeers).reduce((sum, n) => sum + n, 0);
    assert.equal(refused, 2 * addresses.length);
  });

test("where relays are on loopback, loopback may be permitted, but nothing else there be reached (CVE-2020-26262)", async () => {
  await using w = await world(NO_EXTRA);
  const client = await w.udp();
  await client.allocate(BRIDGE, [family(2)]);
  assert.equal(codeOf(await permit(client, "::1", BRIDGE)), 0);
  const peer = { address: "::1", port: 22 };
  client.send(peer, "x");
  assert.equal(codeOf(await client.request(Method.channelBind, channelTo(0x4000, peer), BRIDGE)), 403);
  assert.equal(w.server.allocations()[0]!.counters.sentPackets, 0);
});

test("a bridge reaches public addresses, those behind a translator too", async () => {
  await using w = await world(NO_EXTRA);
  const client = await w.udp();
  await client.allocate(BRIDGE, [family(2)]);
  for (const address of ["2606:4700::1111", "64:ff9b::808:808"])
    assert.equal(codeOf(await permit(client, address, BRIDGE)), 0);
});

test("a guest does not reach an Internet host that has the address of our relay, or of an allowed host, in its own", async () => {
  await using w = await world({ allowPeers: { guest: ["10.0.0.10"], bridge: [] } });
  const client = await w.udp();
  await client.allocate(ANNA, [family(2)]);
  for (const hidden of [ADVERTISED, "10.0.0.10"])
    assert.equal(codeOf(await permit(client, `2606:4700::5efe:${hidden}`, ANNA)), 403, hidden);
  assert.deepEqual(w.server.status().refusedPeers, { "a guest reaches only relays of bridges": 2 });
});

test("an IPv4 client cannot say an IPv4 address in IPv6: 443", async () => {
  await using w = await world({ relay: relayOptions({ ipv6: undefined }) });
  const client = await w.udp();
  await client.allocate(BRIDGE);
  assert.equal(codeOf(await permit(client, "::ffff:10.0.0.1", BRIDGE)), 443);
});

test("of several peers each is judged, and one that is forbidden forbids all", async () => {
  await using w = await world(NO_EXTRA);
  const client = await w.udp();
  await client.allocate(BRIDGE, [attribute(attributes.additionalAddressFamily, 2)]);
  const peers = ["8.8.8.8", "2606:4700::1111", "64:ff9b::a00:1", "9.9.9.9"].map((address) => peerAddress(address));
  assert.equal(codeOf(await client.request(Method.createPermission, peers, BRIDGE)), 403);
  assert.deepEqual(w.server.allocations()[0]!.permissions, []);
});

function permit(client: RawClient, address: string, account: typeof ANNA) {
  return client.request(Method.createPermission, [peerAddress(address)], account);
}
