import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { attribute, attributes, Method } from "#stun";
import { until } from "#until";
import { codeOf } from "./raw-client.ts";
import { ADVERTISED, ANNA, BRIDGE, peerAddress, world } from "./test-world.ts";

test("403: what the role may not reach is refused at CreatePermission and ChannelBind, and the log names the rule", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(ANNA);
  for (const address of ["192.168.1.1", "10.1.2.3", "8.8.8.8", "169.254.169.254"]) {
    assert.equal(codeOf(await client.request(Method.createPermission, [peerAddress(address)], ANNA)), 403);
    const channel = [attribute(attributes.channelNumber, 0x4000), peerAddress(address, 9)];
    assert.equal(codeOf(await client.request(Method.channelBind, channel, ANNA)), 403);
  }
  const both = [peerAddress(ADVERTISED), peerAddress("10.0.0.1")];
  assert.equal(codeOf(await client.request(Method.createPermission, both, ANNA)), 403);
  assert.deepEqual(w.server.allocations()[0]!.permissions, [], "all of the peers or none");
  const refused = w.lines.filter(({ event }) => event === "TURN peer refused");
  assert.equal(refused.at(-1)!.fields.rule, "not a public address");
});

test("443: an IPv6 peer for an IPv4 relay", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE);
  assert.equal(codeOf(await client.request(Method.createPermission, [peerAddress("2001:db8::1")], BRIDGE)), 443);
});

test("ChannelBind: numbers from 0x4000 to 0x7fff, one peer each and one each peer", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE);
  const bind = async (number: number, port: number) =>
    codeOf(
      await client.request(
        Method.channelBind,
        [attribute(attributes.channelNumber, number), peerAddress("127.0.0.1", port)],
        BRIDGE,
      ),
    );
  assert.deepEqual([await bind(0x3fff, 1000), await bind(0x8000, 1000)], [400, 400]);
  assert.deepEqual([await bind(0x4000, 1000), await bind(0x4000, 1000)], [0, 0]);
  assert.deepEqual([await bind(0x4000, 1001), await bind(0x4001, 1000)], [400, 400]);
  assert.equal(await bind(0x4001, 0), 403);
  assert.deepEqual(
    w.server.allocations()[0]!.permissions.map(({ address }) => address),
    ["127.0.0.1"],
  );
});

test("permissions end after 5 minutes, channels after 10, the allocation with its lifetime", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const client = await w.udp();
  await client.allocate(BRIDGE);
  const channel = [attribute(attributes.channelNumber, 0x4000), peerAddress("127.0.0.1", 1000)];
  await client.request(Method.channelBind, channel, BRIDGE);
  clock.advance(301_000);
  await until(() => w.server.allocations()[0]!.permissions.length === 0);
  assert.equal(w.server.allocations()[0]!.channels.length, 1);
  clock.advance(300_000);
  await until(() => w.server.allocations().length === 0);
  const ended = w.lines.filter(({ event }) => event === "TURN allocation ended");
  assert.deepEqual(
    ended.map(({ fields }) => fields.why),
    ["expired"],
  );
});
