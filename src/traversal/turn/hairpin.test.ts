import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { HEADROOM, openTurnAllocation } from "#turn-client";
import { until } from "#until";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ADVERTISED, type ANNA, bridge, guest, peerAddress, world } from "./test-world.ts";

for (const [side, transport] of [
  ["udp", "udp"],
  ["tcp", "tcp"],
  ["udp", "tcp"],
] as const)
  test(`hairpin: a guest over ${side} and a bridge over ${transport} meet at the edge, where nothing else may`, async () => {
    await using w = await world({ allowPeers: { guest: [], bridge: [] } });
    const [heardByBridge, heardByGuest]: [string[], string[]] = [[], []];
    const open = (transport: "udp" | "tcp", account: typeof ANNA, heard: string[]) =>
      openTurnAllocation(w.scope, {
        server: w.at,
        transport,
        credentials: () => account,
        onPacket: (packet, from) => heard.push(`${packet} ${from.address}:${from.port}`),
        onLost: ({ code }) => heard.push(`lost ${code}`),
      });
    const one = await open(side, guest("g1"), heardByGuest);
    const two = await open(transport, bridge("cb1"), heardByBridge);
    assert.equal(one.mapped.address, "127.0.0.1");
    await Promise.all([one.permit(ADVERTISED), two.permit(ADVERTISED)]);
    const packet = (text: string) => Buffer.concat([Buffer.alloc(HEADROOM), Buffer.from(text)]);
    one.send(packet("indication"), two.relayed);
    await until(() => heardByBridge.includes(`indication ${ADVERTISED}:${one.relayed.port}`));
    one.bindChannel(two.relayed);
    two.bindChannel(one.relayed);
    await until(() => w.server.allocations().every(({ channels }) => channels.length === 1));
    one.send(packet("hello"), two.relayed);
    two.send(packet("welcome"), one.relayed);
    await until(() => heardByBridge.includes(`hello ${ADVERTISED}:${one.relayed.port}`));
    await until(() => heardByGuest.includes(`welcome ${ADVERTISED}:${two.relayed.port}`));
    const counters = w.server.allocations().map(({ counters }) => counters!);
    assert.ok(counters.every(({ hairpinPackets, sentPackets }) => hairpinPackets === sentPackets));
    await two.close();
    await until(() => w.server.allocations().length === 1);
    assert.deepEqual(w.server.allocations()[0]!.channels, [], "a channel to a relay that is gone leads nowhere");
    await one.close();
  });

test("a guest reaches no relay of another guest, and no port of this machine where no relay is", async () => {
  await using w = await world();
  const [one, two] = [await w.udp(), await w.udp()];
  const [, other] = [relayedOf(await one.allocate(guest("g1"))), relayedOf(await two.allocate(guest("g2")))];
  const bind = (port: number) => [attribute(attributes.channelNumber, 0x4000), peerAddress(ADVERTISED, port)];
  for (const port of [other.port, w.at.port, 22, 10_000])
    assert.equal(codeOf(await one.request(Method.channelBind, bind(port), guest("g1"))), 403);
  assert.equal(codeOf(await one.request(Method.createPermission, [peerAddress(ADVERTISED)], guest("g1"))), 0);
  const packet = [peerAddress(ADVERTISED, other.port), attribute(attributes.data, Buffer.from("x") as Uint8Array)];
  one.write(encodeMessage({ method: Method.send, class: MessageClass.indication, attributes: packet }));
  assert.equal((await one.request(Method.refresh, [], guest("g1"))).class, MessageClass.success);
  const sent = w.server.allocations().map(({ counters }) => counters!.sentPackets);
  assert.deepEqual(sent, [0, 0]);
});
