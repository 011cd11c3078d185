import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "#until";
import type { User } from "../credentials.ts";
import { ANNA, world } from "./test-world.ts";

const refused = (code: number) => (error: { code?: unknown }) => error.code === code;

for (const address of ["127.0.0.1", "::1"])
  test(`a connection to a peer leaves from the relayed address, ${address}, beside others and the listener`, async () => {
    await using w = world();
    const { relay, bound } = await w.open(undefined, address);
    const peers = [await w.listener(address), await w.listener(address)];
    const ids = await Promise.all(peers.map(({ at }) => relay.connect(at)));
    await until(() => peers.every(({ accepted }) => accepted.length === 1));
    for (const { accepted } of peers) {
      assert.equal(accepted[0]!.socket.remotePort, bound.port);
      assert.equal(accepted[0]!.socket.remoteAddress, address);
    }
    assert.notEqual(ids[0], ids[1]);
    const inward = await w.remote(bound);
    assert.equal(inward.closed, false);
  });

test("bytes go both ways as they are, those before and right behind the ConnectionBind too, and are counted", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const id = await relay.connect(listener.at);
  await until(() => listener.accepted.length === 1);
  const peer = listener.accepted[0]!;
  peer.socket.write("early ");
  const { remote, client } = await w.data("head ");
  w.relays.bind(id, ANNA, client)();
  peer.socket.write("late");
  remote.socket.write("body");
  await until(() => String(remote.data) === "early late" && String(peer.data) === "head body");
  const { sentBytes, receivedBytes } = relay.counters;
  assert.deepEqual({ sentBytes, receivedBytes }, { sentBytes: 9, receivedBytes: 10 });
});

for (const first of ["client", "peer"] as const)
  test(`the ${first} may end and still receive; when both have ended, so has the connection`, async () => {
    await using w = world();
    const { relay } = await w.open();
    const listener = await w.listener();
    const id = await relay.connect(listener.at);
    const { remote, client } = await w.data();
    w.relays.bind(id, ANNA, client)();
    const peer = listener.accepted[0]!;
    const [asking, answering] = first === "client" ? [remote, peer] : [peer, remote];
    asking.socket.end("question");
    await until(() => answering.socket.readableEnded);
    assert.equal(String(answering.data), "question");
    answering.socket.end("answer");
    await until(() => remote.closed && peer.closed);
    assert.equal(String(asking.data), "answer");
    await relay.connect(listener.at);
  });

test("a large answer arrives whole through a client that reads slowly, and ends with the peer", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const id = await relay.connect(listener.at);
  const { remote, client } = await w.data();
  w.relays.bind(id, ANNA, client)();
  const large = Buffer.alloc(8_000_000, "large");
  remote.socket.pause();
  listener.accepted[0]!.socket.end(large);
  await until(() => relay.counters.receivedBytes > 0);
  await new Promise(setImmediate);
  remote.socket.resume();
  await until(() => remote.socket.readableEnded);
  assert.ok(remote.data.equals(large));
});

test("a connection that breaks off on one side ends on the other", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  for (const breaker of ["peer", "client"] as const) {
    const id = await relay.connect(listener.at);
    await until(() => listener.accepted.length > 0);
    const peer = listener.accepted.pop()!;
    const { remote, client } = await w.data();
    w.relays.bind(id, ANNA, client)();
    const [broken, other] = breaker === "peer" ? [peer, remote] : [remote, peer];
    broken.socket.resetAndDestroy();
    await until(() => other.socket.readableEnded || other.closed);
    other.socket.destroy();
    await until(() => remote.closed && peer.closed);
  }
});

test("a ConnectionBind is taken once, from the same user, over a stream, and for a connection that waits", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const id = await relay.connect(listener.at);
  const { client } = await w.data();
  const attempt =
    (connectionId: number, user: User, stream = client.stream) =>
    () =>
      w.relays.bind(connectionId, user, { ...client, stream: stream! });
  assert.throws(attempt((id ^ 1) >>> 0, ANNA), refused(400));
  assert.throws(attempt(id, { id: "bert", role: "guest" }), refused(400));
  assert.throws(attempt(id, { id: "anna", role: "bridge" }), refused(400));
  assert.throws(() => w.relays.bind(id, ANNA, { ...client, transport: "udp", stream: undefined! }), refused(400));
  attempt(id, ANNA)();
  assert.throws(attempt(id, ANNA), refused(400));
});

test("to a peer with a connection, and while one is being made, a second one is 446", async () => {
  await using w = world();
  const { relay } = await w.open();
  const listener = await w.listener();
  const first = relay.connect(listener.at);
  await assert.rejects(relay.connect(listener.at), refused(446));
  await first;
  await assert.rejects(relay.connect(listener.at), refused(446));
});

test("a peer that resets the connection before the ConnectionBind may be connected to again", async () => {
  await using w = world();
  const { relay, rules } = await w.open();
  const listener = await w.listener();
  const id = await relay.connect(listener.at);
  await until(() => listener.accepted.length === 1);
  listener.accepted[0]!.socket.resetAndDestroy();
  await until(() => {
    const live: number[] = [];
    rules.allows = ({ port }) => live.push(port) > 0;
    relay.recheck();
    return live.length === 0;
  });
  assert.notEqual(await relay.connect(listener.at), id);
});

test("a peer that refuses is 447, and the relay itself no peer", async () => {
  await using w = world();
  const { relay, bound } = await w.open();
  const closed = await w.listener();
  const at = { ...closed.at, port: bound.port };
  await assert.rejects(relay.connect(at), refused(403));
  const { relay: other, bound: gone } = await w.open();
  other.close();
  await assert.rejects(relay.connect(gone), refused(447));
  assert.ok(await relay.connect(closed.at));
});
