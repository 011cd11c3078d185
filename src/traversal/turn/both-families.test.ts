import assert from "node:assert/strict";
import { test } from "node:test";
import type { TransportAddress } from "#base";
import { nativeAvailable } from "#native";
import {
  type Attribute,
  attribute,
  attributes,
  DecodeError,
  decodeMessage,
  encodeChannelData,
  Method,
  type StunMessage,
} from "#stun";
import { until } from "#until";
import { codeOf, type RawClient, relayedOf } from "./raw-client.ts";
import { BRIDGE, channelTo, peerAddress, world } from "./test-world.ts";

const BOTH = attribute(attributes.additionalAddressFamily, 2);
const DONT_FRAGMENT = attribute(attributes.dontFragment, true);
const NATIVE = nativeAvailable() ? false : "the native addon was not built";

const listen = [{ address: "::1", port: 0, transports: ["udp", "tcp"] as const }];

async function indication(client: RawClient): Promise<StunMessage> {
  const message = decodeMessage(await client.next());
  assert.ok(!(message instanceof DecodeError));
  assert.equal(message.method, Method.data);
  return message;
}

/** There and back by Send and Data, then by channel. */
async function talk(client: RawClient, peer: RawClient, channel: number, list: readonly Attribute[] = []) {
  await client.request(Method.createPermission, [peerAddress(peer.local.address)], BRIDGE);
  client.send(peer.local, "send", list);
  assert.equal(String(await peer.next()), "send");
  peer.write(Buffer.from("data"));
  const data = await indication(client);
  assert.deepEqual(data.get(attributes.xorPeerAddress), peer.local);
  assert.equal(String(data.get(attributes.data)), "data");
  await client.request(Method.channelBind, channelTo(channel, peer.local), BRIDGE);
  client.write(encodeChannelData(channel, Buffer.from("down"), true));
  assert.equal(String(await peer.next()), "down");
  peer.write(Buffer.from("up"));
  const up = await client.next();
  assert.deepEqual(up.subarray(0, 6), encodeChannelData(channel, Buffer.from("up")));
}

for (const transport of ["udp", "tcp"] as const)
  test(`a dual allocation over ${transport} and IPv6 carries packets both ways on both families`, async () => {
    await using w = await world({ listen });
    const client = await w[transport]();
    const answer = await client.allocate(BRIDGE, [BOTH]);
    const [ipv4, ipv6] = answer.all(attributes.xorRelayedAddress);
    await talk(client, await w.peerOf(ipv4!), 0x4000);
    await talk(client, await w.peerOf(ipv6!), 0x4001);
    const { counters } = w.server.allocations()[0]!;
    assert.deepEqual([counters.sentPackets, counters.receivedPackets], [4, 4]);
    assert.deepEqual([counters.sentBytes, counters.receivedBytes], [16, 12]);
  });

test("a channel number is one for the whole allocation, not one for each family", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE, [BOTH]);
  const bind = (address: string) => channelTo(0x4000, { address, port: 9 });
  assert.equal(codeOf(await client.request(Method.channelBind, bind("127.0.0.9"), BRIDGE)), 0);
  assert.equal(codeOf(await client.request(Method.channelBind, bind("::ffff:127.0.0.9"), BRIDGE)), 400);
});

test("Send with DONT-FRAGMENT arrives", { skip: NATIVE }, async () => {
  await using w = await world();
  const client = await w.udp();
  const answer = await client.allocate(BRIDGE, [BOTH, DONT_FRAGMENT]);
  const [ipv4, ipv6] = answer.all(attributes.xorRelayedAddress);
  await talk(client, await w.peerOf(ipv4!), 0x4000, [DONT_FRAGMENT]);
  await talk(client, await w.peerOf(ipv6!), 0x4001, [DONT_FRAGMENT]);
});

/** RFC 792 and RFC 4443: port unreachable. */
for (const [family, address, type, code] of [
  [1, "127.0.0.1", 3, 3],
  [2, "::1", 1, 4],
] as const)
  test(`a closed port at ${address} is told by a Data indication with ICMP (RFC 8656 11.5)`, {
    skip: NATIVE,
  }, async () => {
    await using w = await world();
    const client = await w.udp();
    const answer = await client.allocate(BRIDGE, [attribute(attributes.requestedAddressFamily, family)]);
    const closed: TransportAddress = { address, port: (await closedPort(w, relayedOf(answer))).port };
    await client.request(Method.createPermission, [peerAddress(address)], BRIDGE);
    client.send(closed, "anybody there?");
    await until(() => client.received.length > 0);
    const told = await indication(client);
    assert.deepEqual(told.get(attributes.xorPeerAddress), closed);
    assert.deepEqual([told.get(attributes.icmp)!.type, told.get(attributes.icmp)!.code], [type, code]);
    assert.equal(told.get(attributes.data), undefined);
  });

/** A port where somebody was a moment ago. */
async function closedPort(w: Awaited<ReturnType<typeof world>>, relayed: TransportAddress): Promise<TransportAddress> {
  const peer = await w.peerOf(relayed);
  peer.leave();
  await until(() => peer.closed);
  return peer.local;
}
