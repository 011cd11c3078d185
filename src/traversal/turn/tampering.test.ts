import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method } from "#stun";
import { codeOf, relayedOf } from "./raw-client.ts";
import { appended, rawAttribute } from "./raw-signing.ts";
import { ANNA, BRIDGE, channelTo, lifetime, peerAddress, UDP, world } from "./test-world.ts";

for (const integrity of ["sha1", "sha256"] as const)
  test(`what stands behind a ${integrity} integrity is not obeyed (coturn ab762f33)`, async () => {
    await using w = await world();
    const client = await w.udp();
    client.signing = { integrity };
    await client.allocate(BRIDGE);
    const refresh = client.encode(Method.refresh, [], BRIDGE);
    assert.equal((await client.exchange(appended(refresh, [lifetime(0)]))).get(attributes.lifetime), 600);
    const permission = client.encode(Method.createPermission, [peerAddress("127.0.0.1")], BRIDGE);
    assert.equal(codeOf(await client.exchange(appended(permission, [peerAddress("127.0.0.2")]))), 0);
    const channel = client.encode(
      Method.channelBind,
      channelTo(0x4000, { address: "127.0.0.3", port: 9 }).slice(1),
      BRIDGE,
    );
    const number = attribute(attributes.channelNumber, 0x4000);
    assert.equal(codeOf(await client.exchange(appended(channel, [number]))), 400);
    const [allocation] = w.server.allocations();
    assert.deepEqual(
      allocation!.permissions.map(({ address }) => address),
      ["127.0.0.1"],
    );
    assert.deepEqual(allocation!.channels, []);
  });

test("what stands behind the integrity is not even read: unknown, malformed or an invitation to 420", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  const bytes = client.encode(Method.allocate, [UDP], ANNA);
  const garbage = [{ type: 0x7ff0, encode: () => new Uint8Array(4) }, rawAttribute(attributes.lifetime, "00")];
  relayedOf(await client.exchange(appended(bytes, garbage)));
});

test("of duplicates the first counts (RFC 8489 14, coturn #2016)", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE);
  const twice = await client.request(Method.refresh, [lifetime(900), lifetime(0)], BRIDGE);
  assert.equal(twice.get(attributes.lifetime), 900);
  const peers = [...channelTo(0x4000, { address: "127.0.0.1", port: 9 }), peerAddress("127.0.0.2", 9)];
  assert.equal(codeOf(await client.request(Method.channelBind, peers, BRIDGE)), 0);
  assert.equal(w.server.allocations()[0]!.channels[0]!.peer.address, "127.0.0.1");
  const name = attribute(attributes.username, ANNA.username);
  assert.equal(codeOf(await client.request(Method.refresh, [name], BRIDGE)), 401);
});

test("400: a malformed value in a signed request, with its place in the debug log", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.allocate(BRIDGE);
  const CASES = [
    [Method.refresh, rawAttribute(attributes.lifetime, "0000"), "LIFETIME/length"],
    [Method.createPermission, rawAttribute(attributes.xorPeerAddress, "0003000000000000"), "XOR-PEER-ADDRESS/family"],
    [Method.createPermission, rawAttribute(attributes.xorPeerAddress, "0002000000000000"), "XOR-PEER-ADDRESS/length"],
    [Method.channelBind, rawAttribute(attributes.channelNumber, "40"), "CHANNEL-NUMBER/length"],
    [Method.allocate, rawAttribute(attributes.evenPort, ""), "EVEN-PORT/length"],
    [Method.allocate, rawAttribute(attributes.reservationToken, "00"), "RESERVATION-TOKEN/length"],
  ] as const;
  for (const [method, bad] of CASES) assert.equal(codeOf(await client.request(method, [bad], BRIDGE)), 400);
  const told = w.lines.filter(({ event }) => event === "TURN request malformed");
  assert.deepEqual(
    told.map(({ level, fields }) => [level, fields.why]),
    CASES.map(([, , place]) => ["debug", place]),
  );
});

test("401 and not a word in the log: a malformed value in a request of a stranger", async () => {
  await using w = await world();
  const client = await w.udp();
  const answer = await client.request(Method.allocate, [rawAttribute(attributes.lifetime, "00")]);
  assert.equal(codeOf(answer), 401);
  assert.deepEqual(w.lines, []);
});
