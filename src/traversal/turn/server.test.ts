import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { attribute, attributes, encodeChannelData, MessageClass, Method } from "#stun";
import { until } from "#until";
import { RawClient } from "./raw-client.ts";
import { BRIDGE, peerAddress, relayOptions, UDP, world } from "./test-world.ts";

test("over TCP a request may be cut anywhere, ChannelData is padded, and the allocation ends with the connection", async () => {
  await using w = await world();
  const client = await w.tcp();
  await client.challenge();
  const request = client.encode(Method.allocate, [UDP], BRIDGE);
  for (const byte of request) client.write(Buffer.of(byte));
  await client.next((bytes) => bytes.readUInt16BE(0) === (Method.allocate | MessageClass.success));
  const echo = await RawClient.udp(w.scope, w.at);
  const peer = [attribute(attributes.channelNumber, 0x4000), peerAddress("127.0.0.1", echo.local.port)];
  await client.request(Method.channelBind, peer, BRIDGE);
  const data = encodeChannelData(0x4000, Buffer.from("hello"), true);
  for (let cut = 0; cut <= data.length; cut++) {
    client.write(data.subarray(0, cut));
    client.write(data.subarray(cut));
    assert.equal(String(await echo.next()), "hello");
  }
  client.write(Buffer.from([0x80, 0, 0, 0]));
  await until(() => client.closed && w.server.allocations().length === 0);
});

test("a TCP connection without an allocation is closed after a minute", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const client = await w.tcp();
  await client.challenge();
  clock.advance(61_000);
  await until(() => client.closed);
});

test("a taken port and an address that is not ours are named", async () => {
  await using w = await world();
  await assert.rejects(world({ listen: [{ ...w.at, transports: ["udp"] }] }), { code: "TURN_LISTENER_TAKEN" });
  await assert.rejects(world({ listen: [{ address: "192.0.2.1", port: 3478, transports: ["udp"] }] }), {
    code: "TURN_LISTENER_FAILED",
  });
  const relay = relayOptions({ ipv4: { address: "192.0.2.1", advertised: "192.0.2.1" } });
  await assert.rejects(world({ relay }), { code: "TURN_RELAY_ADDRESS" });
});
