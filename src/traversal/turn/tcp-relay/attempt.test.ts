import assert from "node:assert/strict";
import net from "node:net";
import { test } from "node:test";
import { until } from "#until";
import { ANNA, world } from "./test-world.ts";

test("a peer that connects is announced, held back until the ConnectionBind, and then heard", async () => {
  await using w = world();
  const { relay, bound, attempts } = await w.open();
  const peer = await w.remote(bound);
  await until(() => attempts.length === 1);
  assert.deepEqual(attempts[0]!.peer, { address: "127.0.0.1", port: peer.socket.localPort });
  const flood = Buffer.alloc(4_000_000, "flood");
  peer.socket.write(flood);
  const before = process.memoryUsage().arrayBuffers;
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  assert.ok(process.memoryUsage().arrayBuffers - before < 500_000, "the system holds what is not read");
  assert.equal(relay.counters.receivedBytes, 0);
  const { remote, client } = await w.data();
  w.relays.bind(attempts[0]!.id, ANNA, client)();
  await until(() => remote.data.length === flood.length);
  peer.socket.allowHalfOpen = true;
  peer.socket.end();
  await until(() => remote.socket.readableEnded);
  remote.socket.write("thanks");
  await until(() => String(peer.data) === "thanks");
});

test("a peer without permission is closed at once, counted, and not announced", async () => {
  await using w = world();
  const { relay, bound, attempts, rules } = await w.open();
  rules.admits = () => false;
  const peer = await w.remote(bound);
  await until(() => peer.closed);
  assert.equal(relay.counters.refusedPackets, 1);
  assert.equal(attempts.length, 0);
});

test("two relays of one server meet by the addresses that peers see, which only a NAT in front of it has", async () => {
  await using w = world();
  const left = await w.open("203.0.113.10");
  const right = await w.open("203.0.113.10");
  const id = await left.relay.connect(right.relayed);
  await until(() => right.attempts.length === 1);
  assert.deepEqual(right.attempts[0]!.peer, left.relayed);
  const [one, other] = [await w.data(), await w.data()];
  w.relays.bind(id, ANNA, one.client)();
  w.relays.bind(right.attempts[0]!.id, ANNA, other.client)();
  one.remote.socket.write("hello");
  await until(() => String(other.remote.data) === "hello");
});

test("a port on which another program of the same user listens is not shared with it", async () => {
  await using w = world();
  const other = net.createServer();
  w.scope.defer(() => void other.close());
  await new Promise<void>((resolve) => other.listen({ port: 0, host: "127.0.0.1", reusePort: true }, resolve));
  const { port } = other.address() as net.AddressInfo;
  const options = { owner: ANNA, admits: () => true, allows: () => true, onAttempt: () => {} };
  const at = { address: "127.0.0.1", port };
  await assert.rejects(w.relays.open({ bound: at, relayed: at, ...options }), { code: "EADDRINUSE" });
});
