import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, encodeChannelData, Method, type StunMessage } from "#stun";
import { until } from "#until";
import { codeOf, type RawClient, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, channelTo, guest, LIMITS, lifetime, UDP, world } from "./test-world.ts";

type World = Awaited<ReturnType<typeof world>>;

const MOBILE = { mobility: true };
const CHANNEL = 0x4000;
const PACKET = encodeChannelData(CHANNEL, Buffer.from("media"));
const isMedia = (bytes: Buffer) => bytes.subarray(0, PACKET.length).equals(PACKET);
const ASK = attribute(attributes.mobilityTicket, new Uint8Array(0));
const ticketOf = (message: StunMessage) =>
  attribute(attributes.mobilityTicket, message.get(attributes.mobilityTicket) ?? assert.fail("it has a ticket"));

/** An allocation with a channel to a peer that may send at any time. */
async function mobile(w: World, client: RawClient) {
  const answer = await client.allocate(BRIDGE, [ASK]);
  const peer = await w.peerOf(relayedOf(answer));
  await client.request(Method.channelBind, channelTo(CHANNEL, peer.local), BRIDGE);
  return { client, peer, ticket: ticketOf(answer) };
}

async function show(client: RawClient, ticket: ReturnType<typeof ticketOf>, account = BRIDGE): Promise<StunMessage> {
  if (client.nonce === "") await client.challenge();
  return client.request(Method.refresh, [ticket], account);
}

async function isReached(peer: RawClient, client: RawClient, others: readonly RawClient[]): Promise<void> {
  peer.write(Buffer.from("media"));
  await client.next(isMedia);
  assert.ok(others.every(({ received }) => !received.some(isMedia)));
}

test("405 while mobility is off, for Allocate and for Refresh", async () => {
  await using w = await world();
  const client = await w.udp();
  assert.equal(codeOf(await client.allocate(ANNA, [ASK])), 405);
  relayedOf(await client.allocate(ANNA));
  assert.equal(codeOf(await client.request(Method.refresh, [ASK], ANNA)), 405);
});

test("an allocation follows its client to another address with the first packet from there, not before (RFC 8016 3.2)", async () => {
  await using w = await world(MOBILE);
  const { client: home, peer, ticket } = await mobile(w, await w.udp());
  const away = await w.udp("127.0.0.2");
  const answer = await show(away, ticket);
  assert.equal(codeOf(answer), 0);
  assert.notDeepEqual(answer.get(attributes.mobilityTicket), ticket.encode(answer.transactionId));
  await isReached(peer, home, [away]);
  assert.deepEqual(w.server.allocations()[0]!.client, home.local);
  away.write(PACKET);
  assert.equal(String(await peer.next()), "media");
  await isReached(peer, away, [home]);
  assert.deepEqual(w.server.allocations()[0]!.client, away.local);
  assert.equal(codeOf(await home.request(Method.refresh, [], BRIDGE)), 437);
  home.write(PACKET);
  assert.equal(codeOf(await away.request(Method.refresh, [], BRIDGE)), 0);
  assert.deepEqual(peer.received, [], "the old 5-tuple is nobody now");
  assert.equal(w.lines.filter(({ event }) => event === "TURN client moved").length, 1);
});

test("a lost answer loses nothing: the same ticket is good again, from there or from a third address", async () => {
  await using w = await world(MOBILE);
  const { client: home, peer, ticket } = await mobile(w, await w.udp());
  const [lost, away] = [await w.udp("127.0.0.2"), await w.udp("127.0.0.3")];
  const first = await show(lost, ticket);
  const again = await show(lost, ticket);
  assert.deepEqual(again.get(attributes.mobilityTicket), first.get(attributes.mobilityTicket));
  assert.equal(codeOf(await show(away, ticket)), 0);
  assert.equal(codeOf(await lost.request(Method.refresh, [], BRIDGE)), 437, "one move at a time (coturn a97f1924)");
  assert.equal(codeOf(await show(lost, ticketOf(first))), 437, "the ticket that was not used is dead");
  await isReached(peer, home, [lost, away]);
  assert.equal(codeOf(await away.request(Method.refresh, [], BRIDGE)), 0);
  await isReached(peer, away, [home, lost]);
});

test("437: a ticket is dead after its move, an unknown one was never alive; 400: an empty one shows nothing", async () => {
  await using w = await world(MOBILE);
  const { ticket } = await mobile(w, await w.udp());
  const away = await w.udp();
  const next = ticketOf(await show(away, ticket));
  await away.request(Method.refresh, [], BRIDGE);
  assert.equal(codeOf(await show(await w.udp(), ticket)), 437);
  assert.equal(codeOf(await show(await w.udp(), attribute(attributes.mobilityTicket, new Uint8Array(16)))), 437);
  assert.equal(codeOf(await show(await w.udp(), ASK)), 400);
  assert.equal(codeOf(await show(await w.udp(), next)), 0);
});

test("441: who has found a ticket of another user moves nothing, and gets no media for a packet without a signature", async () => {
  await using w = await world(MOBILE);
  const { client: home, peer, ticket } = await mobile(w, await w.udp());
  const thief = await w.udp("127.0.0.2");
  assert.equal(codeOf(await show(thief, ticket, ANNA)), 441);
  thief.send(peer.local, "mine now");
  thief.write(PACKET);
  await thief.challenge();
  await isReached(peer, home, [thief]);
  assert.deepEqual(peer.received, []);
  assert.equal(codeOf(await show(await w.udp(), ticket)), 0, "the ticket is still the owner's");
});

test("437: a 5-tuple that holds an allocation takes no second one", async () => {
  await using w = await world(MOBILE);
  const { ticket } = await mobile(w, await w.udp());
  const busy = await w.udp();
  relayedOf(await busy.allocate(BRIDGE));
  assert.equal(codeOf(await show(busy, ticket)), 437);
  assert.equal(w.server.allocations().length, 2);
});

test("while an allocation is on its way its new 5-tuple can make no other one", async () => {
  await using w = await world(MOBILE);
  const { ticket } = await mobile(w, await w.udp());
  const away = await w.udp();
  await show(away, ticket);
  assert.equal(codeOf(await away.request(Method.allocate, [UDP], BRIDGE)), 437);
  assert.equal(w.server.allocations().length, 1);
});

test("a client that lost its TCP connection comes back over another, and holds its quota meanwhile (coturn 3c5b2615)", async () => {
  await using w = await world({ ...MOBILE, limits: { ...LIMITS, allocationsPerUser: 1 } });
  const { client: home, peer, ticket } = await mobile(w, await w.tcp());
  home.leave();
  await until(() => w.server.status().connections === 0);
  assert.equal(codeOf(await (await w.udp()).allocate(BRIDGE)), 486);
  const away = await w.tcp();
  assert.equal(codeOf(await show(away, ticket)), 0);
  away.write(encodeChannelData(CHANNEL, Buffer.from("media"), true));
  assert.equal(String(await peer.next()), "media");
  await isReached(peer, away, []);
  const udp = await w.udp();
  assert.equal(codeOf(await udp.allocate(BRIDGE)), 486);
  await away.request(Method.refresh, [lifetime(0)], BRIDGE);
  relayedOf(await udp.allocate(BRIDGE));
});

test("a connection that is lost on the way leaves both tickets good, and the old 5-tuple in use", async () => {
  await using w = await world(MOBILE);
  const { client: home, peer, ticket } = await mobile(w, await w.tcp());
  const unused = [];
  for (let i = 0; i < 3; i++) {
    const lost = await w.tcp();
    unused.push(ticketOf(await show(lost, ticket)));
    lost.leave();
    await until(() => w.server.status().connections === 1);
  }
  await isReached(peer, home, []);
  assert.equal(codeOf(await show(await w.udp(), unused[0]!)), 437, "of those that were not used only the last is kept");
  const away = await w.udp();
  const next = ticketOf(await show(away, ticket));
  const further = await w.udp();
  assert.equal(codeOf(await show(further, next)), 0);
  assert.equal(codeOf(await show(await w.udp(), ticket)), 437);
  home.leave();
  await until(() => w.server.status().connections === 0);
  await isReached(peer, further, [away]);
});

test("an allocation without a ticket ends with its connection, mobility or not", async () => {
  await using w = await world(MOBILE);
  const client = await w.tcp();
  relayedOf(await client.allocate(guest("g1")));
  client.leave();
  await until(() => w.server.allocations().length === 0);
});
