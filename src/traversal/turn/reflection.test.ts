import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { attribute, attributes, encodeChannelData, encodeMessage, MessageClass, Method } from "#stun";
import { until } from "#until";
import { bareCore } from "./bare-core.ts";
import { codeOf } from "./raw-client.ts";
import { rawAttribute } from "./raw-signing.ts";
import { ANNA, peerAddress, UDP, world } from "./test-world.ts";

const IP_AND_UDP_HEADERS = 20 + 8;

test("a 401 is at most 4.5 times as long as the shortest request, and 2.5 times with its headers (coturn #1588)", async (t) => {
  await using w = await world();
  const client = await w.udp();
  const request = client.encode(Method.binding);
  const answer = await client.exchange(request);
  const payload = answer.bytes.length / request.length;
  const onTheWire = (answer.bytes.length + IP_AND_UDP_HEADERS) / (request.length + IP_AND_UDP_HEADERS);
  t.diagnostic(`${answer.bytes.length} bytes for ${request.length}: ${payload.toFixed(2)} : 1 as UDP payloads`);
  t.diagnostic(`${onTheWire.toFixed(2)} : 1 as IP packets`);
  assert.ok(payload <= 4.5 && onTheWire <= 2.5);
  assert.equal(answer.get(attributes.software), undefined);
  assert.deepEqual(answer.get(attributes.errorCode), { code: 401, reason: "" });
});

test("no answer to a stranger is longer than a 401, whatever he asks for", async () => {
  await using w = bareCore({}, new ManualClock());
  const client = w.client("192.0.2.1", 5000);
  const longest = (await client.exchange(client.encode(Method.binding))).bytes.length;
  const unknown = { type: 0x7ff0, encode: () => new Uint8Array(4) };
  client.nonce = "stale";
  for (const account of [undefined, { username: "nobody", password: "x" }, { ...ANNA, username: "" }])
    for (const method of [...Object.values(Method), 0x0ff & ~0x10]) {
      const other = w.client(`192.0.2.${method & 0xff}`, 5000);
      const { length } = (await other.exchange(other.encode(method, [UDP, unknown], account))).bytes;
      assert.ok(length <= longest, `${length} for method ${method}`);
    }
});

test("whoever has not signed leaves no trace but a count", async () => {
  await using w = await world({}, new ManualClock(Date.now()));
  const before = w.server.status();
  const client = await w.udp();
  for (const method of Object.values(Method))
    client.write(client.encode(method, [UDP, attribute(attributes.evenPort, true), peerAddress("127.0.0.1", 9)]));
  client.send({ address: "127.0.0.1", port: 9 }, "x");
  client.write(encodeChannelData(0x4000, Buffer.from("x")));
  client.write(client.encode(Method.allocate, [UDP], ANNA));
  await client.challenge();
  const after = w.server.status();
  assert.deepEqual(after.ports, before.ports);
  assert.deepEqual([after.allocations, after.relays, after.connections], [0, 0, 0]);
  assert.deepEqual(after.traffic, before.traffic);
  assert.deepEqual(w.lines, []);
});

test("silence on junk: what is no request gets no answer and no line in the log", async () => {
  await using w = await world();
  const client = await w.udp();
  const request = client.encode(Method.binding);
  const longer = Buffer.concat([request, Buffer.alloc(4)]);
  const JUNK: readonly Buffer[] = [
    Buffer.alloc(0),
    Buffer.alloc(1),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from("16fefd0000000000000000", "hex"),
    request.subarray(0, 19),
    longer,
    encodeMessage({ method: Method.allocate, class: MessageClass.success }),
    encodeMessage({ method: Method.data, class: MessageClass.indication }),
    encodeMessage({ method: Method.binding, class: MessageClass.request, attributes: Array(65).fill(UDP) }),
    encodeMessage({
      method: Method.allocate,
      class: MessageClass.request,
      attributes: [rawAttribute(attributes.messageIntegrity, "00")],
    }),
    Buffer.alloc(1500, 0x40),
    Buffer.from("80000000", "hex"),
  ];
  for (const bytes of JUNK) client.write(bytes);
  await client.challenge();
  assert.deepEqual(client.received, []);
  assert.equal(w.server.status().silent.junk, JUNK.length);
  assert.deepEqual(w.lines, []);
});

test("20 answers a second for a source, whatever its port; a /64 of IPv6 is one source", async () => {
  const clock = new ManualClock();
  await using w = bareCore({}, clock);
  const SOURCES = [
    { addresses: ["192.0.2.1", "::ffff:192.0.2.1"], answered: 20 },
    { addresses: ["2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9"], answered: 20 },
    { addresses: ["2001:db8:1:3::1"], answered: 20 },
  ];
  for (const { addresses, answered } of SOURCES) {
    const clients = Array.from({ length: 60 }, (_, i) => w.client(addresses[i % addresses.length]!, 1000 + i));
    for (const client of clients) client.write(client.encode(Method.binding));
    assert.equal(clients.filter(({ received }) => received.length === 1).length, answered);
  }
  clock.advance(1000);
  assert.equal(codeOf(await w.client("192.0.2.1", 1).challenge()), 401);
});

test("the budget is for datagrams: on a connection nobody can write another's address", async () => {
  await using w = await world({}, new ManualClock(Date.now()));
  const client = await w.tcp();
  for (let i = 0; i < 50; i++) assert.equal(codeOf(await client.challenge()), 401);
  assert.deepEqual(w.server.status().silent, {});
});

test("a nonce is of its client's address and port only", async () => {
  await using w = bareCore();
  const owner = w.client("192.0.2.1", 5000);
  await owner.challenge();
  const { realm, nonce } = owner;
  for (const thief of [w.client("192.0.2.1", 5001), w.client("192.0.2.2", 5000), w.client("192.0.2.1", 5000, "tcp")]) {
    Object.assign(thief, { realm, nonce });
    assert.equal(codeOf(await thief.request(Method.allocate, [UDP], ANNA)), 438);
    assert.notEqual(thief.nonce, nonce);
  }
  await owner.request(Method.allocate, [UDP], ANNA);
  await until(() => w.core.allocations.size === 1);
});

test("a nonce that somebody made is stale, never an error", async () => {
  await using w = bareCore({}, new ManualClock());
  const client = w.client("192.0.2.1", 5000);
  await client.challenge();
  const good = client.nonce;
  const MADE = ["", "x", good.slice(1), `${good}A`, good.slice(0, 13) + "A".repeat(16), good.replace(/.$/, "é")];
  for (const nonce of [...MADE, "\u0000".repeat(29), "A".repeat(500)]) {
    client.nonce = nonce;
    assert.equal(codeOf(await client.request(Method.allocate, [UDP], ANNA)), 438);
  }
});
