import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base";
import { Method } from "#stun";
import { shortTermCredentials } from "#turn-client";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ADVERTISED, channelTo, guest, lifetime, peerAddress, UDP, world } from "./test-world.ts";

test("expired credentials prolong and use what they made, and make nothing new", async () => {
  const clock = new ManualClock(Date.now());
  await using w = await world({ allowPeers: { guest: ["127.0.0.0/8"], bridge: [] } }, clock);
  const client = await w.udp();
  const account = guest("g1", 60);
  relayedOf(await client.allocate(account));
  clock.advance(120_000);
  const peer = { address: "127.0.0.1", port: 9 };
  assert.equal(codeOf(await client.request(Method.createPermission, [peerAddress(ADVERTISED)], account)), 0);
  assert.equal(codeOf(await client.request(Method.channelBind, channelTo(0x4000, peer), account)), 0);
  assert.equal(codeOf(await client.request(Method.refresh, [lifetime(900)], account)), 0);
  assert.equal(codeOf(await (await w.udp()).allocate(account)), 401);
  assert.equal(codeOf(await client.request(Method.refresh, [lifetime(0)], account)), 0);
  assert.equal(codeOf(await client.request(Method.allocate, [UDP], account)), 401);
});

test("a secret is replaced without a gap: both are good, then the new one only, and what the old one made lives on", async () => {
  await using w = await world({ sharedSecrets: ["old"] });
  const made = (secret: string, id: string) => shortTermCredentials(secret, "guest", id, Date.now() + 60_000);
  const client = await w.udp();
  relayedOf(await client.allocate(made("old", "g1")));
  assert.equal(codeOf(await (await w.udp()).allocate(made("new", "g2"))), 401);
  w.server.configure({ ...w.options, sharedSecrets: ["new", "old"] });
  for (const secret of ["old", "new"]) relayedOf(await (await w.udp()).allocate(made(secret, "g3")));
  w.server.configure({ ...w.options, sharedSecrets: ["new"] });
  assert.equal(codeOf(await (await w.udp()).allocate(made("old", "g4"))), 401);
  assert.equal(codeOf(await client.request(Method.refresh, [], made("new", "g1"))), 0);
  assert.equal(w.server.allocations().length, 3);
});

test("a removed user gets nothing more, and an added one is let in, without a restart", async () => {
  await using w = await world();
  const [anna] = w.options.users;
  w.server.configure({ ...w.options, users: [] });
  const account = { username: "anna", password: "anna-password" };
  assert.equal(codeOf(await (await w.udp()).allocate(account)), 401);
  w.server.configure({ ...w.options, users: [anna!] });
  relayedOf(await (await w.udp()).allocate(account));
});
