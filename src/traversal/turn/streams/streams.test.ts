import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Scope } from "#base";
import { until } from "#until";
import { ANSWER, certificateFor, REQUEST, Remote, world } from "./test-world.ts";

test("one listener takes STUN and TLS, and answers each in its way", async () => {
  await using w = await world();
  w.core.onFrame = ({ client }) => {
    if (client.path.transport === "tcp") client.path.writer.write(ANSWER);
  };
  const at = await w.listen();
  const plain = await Remote.plain(w.scope, at);
  const secure = await Remote.tls(w.scope, at);
  for (const remote of [plain, secure]) {
    remote.socket.write(REQUEST);
    await until(() => remote.data.equals(ANSWER));
  }
  assert.deepEqual(
    w.received.map(({ client: { transport, family, address } }) => ({ transport, family, port: address.port })),
    [
      { transport: "tcp", family: 1, port: plain.socket.localPort },
      { transport: "tls", family: 1, port: secure.socket.localPort },
    ],
  );
  assert.notEqual(w.received[0]!.client.key, w.received[1]!.client.key);
});

for (const [name, bytes] of [
  ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["ChannelData", Buffer.from([0x40, 0, 0, 0])],
  ["broken TLS", Buffer.from("16030100050000000000", "hex")],
] as const)
  test(`${name} as the first bytes closes the connection at once`, async () => {
    await using w = await world();
    const remote = await Remote.plain(w.scope, await w.listen());
    remote.socket.write(bytes);
    await until(() => remote.closed && w.streams.size === 0);
    assert.equal(w.received.length, 0);
  });

test("a TLS listener takes no plain STUN, and without a certificate nobody takes TLS", async () => {
  await using w = await world();
  const plain = await Remote.plain(w.scope, await w.listen("tls"));
  plain.socket.write(REQUEST);
  await until(() => plain.closed);
  w.streams.configure({ ...w.settings, tls: undefined });
  const secure = await Remote.tls(w.scope, await w.listen());
  assert.ok(secure.closed);
  assert.equal(w.received.length, 0);
});

test("whoever says nothing for 10 seconds is closed: before TLS, within its handshake, and behind it", async () => {
  await using w = await world();
  const at = await w.listen();
  const silent = await Remote.plain(w.scope, at);
  const stalled = await Remote.plain(w.scope, at);
  stalled.socket.write(Buffer.from("160301", "hex"));
  const shaken = await Remote.tls(w.scope, at);
  const talking = await Remote.tls(w.scope, at);
  talking.socket.write(REQUEST);
  await until(() => w.received.length === 1 && stalled.socket.bytesWritten === 3);
  w.pass(9);
  assert.deepEqual([silent.closed, stalled.closed, shaken.closed], [false, false, false]);
  w.pass(2);
  await until(() => silent.closed && stalled.closed && shaken.closed);
  assert.equal(talking.closed, false);
});

test("a connection that holds no allocation for a minute is closed, and the core is told", async () => {
  await using w = await world();
  const at = await w.listen();
  const idle = await Remote.plain(w.scope, at);
  const holder = await Remote.plain(w.scope, at);
  idle.socket.write(REQUEST);
  holder.socket.write(REQUEST);
  await until(() => w.received.length === 2);
  const [idler, held] = [idle, holder].map(
    ({ socket }) => w.received.find(({ client }) => client.address.port === socket.localPort)!.client,
  );
  w.holders.add(held!);
  w.pass(50);
  w.pass(11);
  await until(() => idle.closed && w.gone.length === 1);
  assert.equal(w.gone[0], idler);
  assert.equal(holder.closed, false);
});

test("what is neither STUN nor ChannelData closes the connection, and the core is told", async () => {
  await using w = await world();
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.write(Buffer.concat([REQUEST, Buffer.from([0x80, 0, 0, 0])]));
  await until(() => remote.closed && w.gone.length === 1);
  assert.equal(w.received.length, 1);
});

test("a client that asks on and does not read the answers is closed", async () => {
  await using w = await world();
  const large = Buffer.alloc(60_000);
  w.core.onFrame = ({ client }) => {
    if (client.path.transport === "tcp") client.path.writer.write(large, true);
  };
  const remote = await Remote.plain(w.scope, await w.listen());
  remote.socket.pause();
  for (let i = 0; i < 500; i++) remote.socket.write(REQUEST);
  await until(() => w.gone.length === 1);
});

test("connections have a cap for each address and one for all", async () => {
  await using w = await world({ connectionsPerAddress: 2, connections: 3 });
  const at = await w.listen();
  const first = await Remote.plain(w.scope, at);
  await Remote.plain(w.scope, at);
  const third = await Remote.plain(w.scope, at);
  await until(() => third.closed);
  first.socket.destroy();
  await until(() => w.streams.size === 1);
  const next = await Remote.plain(w.scope, at);
  next.socket.write(REQUEST);
  await until(() => w.received.length === 1);
  w.streams.configure({ ...w.settings, connectionsPerAddress: 100 });
  await Remote.plain(w.scope, at);
  const fourth = await Remote.plain(w.scope, at);
  await until(() => fourth.closed);
  assert.equal(w.streams.size, 3);
});

test("a stream that another listener accepted is served as the others are", async () => {
  await using w = await world();
  const folder = mkdtempSync(join(tmpdir(), "streams-"));
  w.scope.defer(() => rmSync(folder, { recursive: true }));
  const origin = { client: { address: "192.0.2.7", port: 4000 }, transport: "tls", family: 1 } as const;
  const server = net.createServer((socket) => w.streams.adopt(socket, origin)).listen(join(folder, "s"));
  w.scope.defer(() => new Promise((resolve) => server.close(() => resolve())));
  await once(server, "listening");
  w.core.onFrame = ({ client }) => {
    if (client.path.transport === "tcp") client.path.writer.write(ANSWER);
  };
  const remote = new Remote(net.connect(join(folder, "s")));
  remote.socket.write(REQUEST);
  await until(() => remote.data.equals(ANSWER));
  assert.deepEqual(w.received[0]!.client.address, origin.client);
  assert.equal(w.received[0]!.client.transport, "tls");
  remote.socket.destroy();
  await until(() => w.gone.length === 1 && w.streams.size === 0);
});

test("with the scope end the listeners and all connections", async () => {
  const w = await world();
  const at = await w.listen();
  const plain = await Remote.plain(w.scope.child(), at);
  const secure = await Remote.tls(w.scope.child(), at);
  plain.socket.write(REQUEST);
  secure.socket.write(REQUEST);
  await until(() => w.received.length === 2);
  w.streams.close();
  await until(() => plain.closed && secure.closed && w.gone.length === 2);
  await w.scope.close();
  await using later = new Scope();
  await assert.rejects(Remote.plain(later, at), { code: "ECONNREFUSED" });
});

test("a new certificate is for new handshakes, and one that cannot be used changes nothing", async () => {
  await using w = await world();
  const at = await w.listen("tls");
  const old = await Remote.tls(w.scope, at);
  w.streams.configure({ ...w.settings, tls: await certificateFor("new.test") });
  const fresh = await Remote.tls(w.scope, at, { servername: "new.test" });
  assert.equal(fresh.secure.getPeerCertificate().subject.CN, "new.test");
  const bad = { certificate: "none", key: "none" };
  assert.throws(() => w.streams.configure({ ...w.settings, tls: bad, connections: 0 }));
  const later = await Remote.tls(w.scope, at, { servername: "new.test" });
  for (const remote of [old, fresh, later]) remote.socket.write(REQUEST);
  await until(() => w.received.length === 3);
});
