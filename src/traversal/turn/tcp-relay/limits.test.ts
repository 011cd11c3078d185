import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { until } from "#until";
import { Remote } from "../streams/test-world.ts";
import { ANNA, world } from "./test-world.ts";

const refused = (code: number) => (error: { code?: unknown }) => error.code === code;

test("a peer that does not answer within 30 seconds is 447", async () => {
  await using w = world();
  const { relay } = await w.open();
  const at = await w.deaf();
  let code: unknown;
  relay.connect(at).catch((error) => {
    code = error.code;
  });
  w.clock.advance(29_999);
  w.relays.sweep(w.clock.now());
  await assert.rejects(relay.connect(at), refused(446));
  w.clock.advance(1);
  w.relays.sweep(w.clock.now());
  await until(() => code === 447);
});

test("without a ConnectionBind within 30 seconds the peer's connection is closed, with one it stays", async () => {
  await using w = world();
  const { relay } = await w.open();
  const [left, right] = [await w.listener(), await w.listener()];
  const id = await relay.connect(left.at);
  w.clock.advance(20_000);
  const bound = await relay.connect(right.at);
  const { client } = await w.data();
  w.relays.bind(bound, ANNA, client)();
  w.clock.advance(9_999);
  w.relays.sweep(w.clock.now());
  await until(() => left.accepted.length === 1 && right.accepted.length === 1);
  w.clock.advance(1);
  w.relays.sweep(w.clock.now());
  await until(() => left.accepted[0]!.socket.readableEnded);
  assert.throws(() => w.relays.bind(id, ANNA, client), refused(400));
  w.clock.advance(3_600_000);
  w.relays.sweep(w.clock.now());
  assert.equal(right.accepted[0]!.socket.readableEnded, false);
});

test("when its answer could not be given, a claimed connection ends in its time", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const { client } = await w.data();
  w.relays.bind(await relay.connect(listener.at), ANNA, client);
  w.clock.advance(30_000);
  w.relays.sweep(w.clock.now());
  await until(() => listener.accepted[0]?.socket.readableEnded === true);
});

test("a client that left before its answer takes the peer's connection with it", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const { client } = await w.data();
  const join = w.relays.bind(await relay.connect(listener.at), ANNA, client);
  client.stream!.detach().socket.destroy();
  join();
  await until(() => listener.accepted[0]?.socket.readableEnded === true);
});

test("16 connections may wait, and 64 be there in all; more are 508, or closed", async () => {
  await using w = world();
  const { relay, bound, attempts } = await w.open();
  const connectAll = async (count: number) => {
    const ids: number[] = [];
    for (let i = 0; i < count; i++) ids.push(await relay.connect((await w.listener()).at));
    return ids;
  };
  for (let round = 0; round < 4; round++) {
    const ids = await connectAll(16);
    await assert.rejects(relay.connect((await w.listener()).at), refused(508));
    for (const id of ids) w.relays.bind(id, ANNA, (await w.data()).client)();
  }
  await assert.rejects(relay.connect((await w.listener()).at), refused(508));
  const inward = await w.remote(bound);
  await until(() => inward.closed);
  assert.equal(attempts.length, 0);
});

test("with the relay end its listener and all connections; with the server all relays", async () => {
  await using w = world();
  const { relay, bound } = await w.open();
  const listener = await w.listener();
  const { remote, client } = await w.data();
  w.relays.bind(await relay.connect(listener.at), ANNA, client)();
  const waiting = await w.listener();
  const id = await relay.connect(waiting.at);
  relay.close();
  await until(() => remote.socket.readableEnded && listener.accepted[0]!.socket.readableEnded);
  await until(() => waiting.accepted[0]!.socket.readableEnded);
  assert.throws(() => w.relays.bind(id, ANNA, client), refused(400));
  await assert.rejects(w.remote(bound), { code: "ECONNREFUSED" });
  const { bound: second } = await w.open();
  await using outside = new Scope();
  const peer = await Remote.plain(outside, second);
  await w.scope.close();
  await until(() => peer.closed);
  await assert.rejects(Remote.plain(outside, second), { code: "ECONNREFUSED" });
});

test("peers that the rules forbid now are dropped by a recheck", async () => {
  await using w = world();
  const { relay, rules } = await w.open();
  const [good, bad] = [await w.listener(), await w.listener()];
  for (const { at } of [good, bad]) await relay.connect(at);
  rules.allows = ({ port }) => port === good.at.port;
  relay.recheck();
  await until(() => bad.accepted[0]?.socket.readableEnded === true);
  await until(() => good.accepted.length === 1);
  assert.equal(good.accepted[0]!.socket.readableEnded, false);
});

test("what is above the limit of a second waits for the next, and nothing of it is lost (coturn #425)", async () => {
  await using w = world();
  const { relay } = await w.open(undefined, undefined, 100_000);
  const listener = await w.listener();
  const { client, remote } = await w.data();
  w.relays.bind(await relay.connect(listener.at), ANNA, client)();
  await until(() => listener.accepted.length === 1);
  const sent = Buffer.alloc(1_000_000, "0123456789");
  listener.accepted[0]!.socket.end(sent);
  await until(() => relay.counters.receivedBytes > 100_000);
  const inTheFirstSecond = relay.counters.receivedBytes;
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  assert.equal(relay.counters.receivedBytes, inTheFirstSecond);
  assert.ok(inTheFirstSecond < 300_000, `${inTheFirstSecond} bytes in the first second`);
  await until(() => {
    w.relays.sweep(w.clock.now());
    return remote.data.length === sent.length;
  });
  assert.ok(remote.data.equals(sent));
});
