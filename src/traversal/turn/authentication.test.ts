import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { attribute, attributes, encodeMessage, MessageClass, Method, newTransactionId } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { until } from "#until";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ADVERTISED, ANNA, BRIDGE, bridge, guest, UDP, world } from "./test-world.ts";

test("whoever does not sign gets 401 with realm and nonce, Binding included", async () => {
  await using w = await world();
  const client = await w.udp();
  for (const method of [Method.allocate, Method.binding, Method.refresh]) {
    const answer = await client.request(method);
    assert.equal(codeOf(answer), 401);
    assert.equal(answer.get(attributes.realm), "turnpike");
    assert.equal(answer.get(attributes.nonce)?.length, 29);
    assert.equal(answer.get(attributes.software), undefined);
  }
  const signed = await client.request(Method.binding, [], ANNA);
  assert.deepEqual(signed.get(attributes.xorMappedAddress), client.local);
});

test("Binding is answered without credentials where that is configured", async () => {
  await using w = await world({ unauthenticatedBinding: true });
  const client = await w.udp();
  const answer = await client.request(Method.binding);
  assert.deepEqual(answer.get(attributes.xorMappedAddress), client.local);
});

test("a user, and anybody with short-term credentials of either secret, gets a relay at the advertised address", async () => {
  await using w = await world();
  const older = shortTermCredentials("older-secret", "guest", "g0", Date.now() + 60_000);
  for (const account of [ANNA, BRIDGE, guest("g1"), bridge("cb1"), older]) {
    const client = await w.udp();
    const answer = await client.allocate(account);
    assert.equal(relayedOf(answer).address, ADVERTISED);
    assert.equal(answer.get(attributes.lifetime), 600);
    assert.deepEqual(answer.get(attributes.xorMappedAddress), client.local);
  }
  const roles = w.server.allocations().map(({ role, user }) => `${role} ${user}`);
  assert.deepEqual(roles, ["guest anna", "bridge bridge1", "guest g1", "bridge cb1", "guest g0"]);
});

test("a wrong password, a wrong secret, an unknown user and expired credentials get 401", async () => {
  await using w = await world();
  const wrong = shortTermCredentials("wrong", "guest", "g1", Date.now() + 60_000);
  const accounts = [{ ...ANNA, password: "x" }, wrong, { username: "nobody", password: "x" }, guest("g1", -5)];
  for (const account of accounts) assert.equal(codeOf(await (await w.udp()).allocate(account)), 401);
  assert.deepEqual(w.server.allocations(), []);
});

test("a role cannot be changed in the user name: it is under the password's MAC", async () => {
  await using w = await world();
  const { username, password } = guest("g1");
  const answer = await (await w.udp()).allocate({ username: username.replace("guest", "bridge"), password });
  assert.equal(codeOf(answer), 401);
});

test("expired credentials may refresh what they made", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const client = await w.udp();
  const account = guest("g1", 60);
  relayedOf(await client.allocate(account));
  clock.advance(120_000);
  const answer = await client.request(Method.refresh, [attribute(attributes.lifetime, 900)], account);
  assert.equal(answer.get(attributes.lifetime), 900);
});

test("438: a nonce of an hour ago or of another client is stale, and a fresh one comes with the refusal", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({}, clock);
  const [client, thief] = [await w.udp(), await w.udp()];
  await client.challenge();
  Object.assign(thief, { realm: client.realm, nonce: client.nonce });
  assert.equal(codeOf(await thief.request(Method.allocate, [UDP], ANNA)), 438);
  relayedOf(await thief.request(Method.allocate, [UDP], ANNA));
  clock.advance(3_601_000);
  assert.equal(codeOf(await client.request(Method.allocate, [UDP], ANNA)), 438);
  relayedOf(await client.request(Method.allocate, [UDP], ANNA));
});

test("400: a signature without USERNAME, REALM or NONCE; a peerless permission; a missing transport", async () => {
  await using w = await world();
  const client = await w.udp();
  const id = newTransactionId();
  const request = { method: Method.allocate, class: MessageClass.request, transactionId: id, attributes: [UDP] };
  client.write(encodeMessage(request, { key: Buffer.from("key") }));
  assert.equal((await client.next()).readUInt16BE(20), attributes.errorCode.type);
  await client.challenge();
  assert.equal(codeOf(await client.request(Method.allocate, [], BRIDGE)), 400);
  await client.allocate(BRIDGE);
  assert.equal(codeOf(await client.request(Method.createPermission, [], BRIDGE)), 400);
});

test("junk, answers and messages with bad fingerprints are met with silence, and strangers with 20 answers a second", async () => {
  await using w = await world({}, new ManualClock(Date.now()));
  const client = await w.udp();
  const bent = encodeMessage({ method: Method.binding, class: MessageClass.request }, { fingerprint: true });
  bent[bent.length - 1]! ^= 1;
  const answer = encodeMessage({ method: Method.binding, class: MessageClass.success });
  for (const bytes of [Buffer.from("GET / HTTP/1.1"), Buffer.alloc(0), Buffer.alloc(1400, 0x40), bent, answer])
    client.write(bytes);
  for (let i = 0; i < 30; i++) client.write(client.encode(Method.binding));
  await until(() => client.received.length === 20);
  const other = await w.udp("127.0.0.2");
  assert.equal(codeOf(await other.challenge()), 401);
  assert.equal(client.received.length, 20);
});
