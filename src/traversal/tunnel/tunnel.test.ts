import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import ssh2 from "ssh2";
import { formatAddress } from "#base";
import { until } from "#until";
import { active, ask, core, coreKey, edge, FAST, failure, HOST, hostKey, line, strangerKey } from "./testing/world.ts";

test("bytes travel from edge to core and back, and both ends see the end of the stream", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address);
  await active(inside.end);
  assert.equal(await ask(end, "hello"), "HELLO");
  await until(() => inside.channels.every((channel) => channel.destroyed), "the core's side is closed");
  await until(() => end.status().domains[0]!.connections[0]!.channels === 0, "the edge counts no channel");
});

test("the table shows edge, join host, peer and round trip", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { connections: 2 });
  await active(inside.end);
  const row = await until(
    () => inside.end.status().find((r) => r.state === "active" && r.rttMs !== undefined),
    "round trip is known",
  );
  assert.ok(row.state === "active" && row.rttMs! > 0 && row.rttMs! < 1000);
  assert.equal(row.peer, formatAddress(end.address));
  assert.equal(row.target, formatAddress(end.address));
  assert.deepEqual(
    inside.end.status().map((r) => [r.domain, r.connection]),
    [
      [HOST, 1],
      [HOST, 2],
    ],
  );
  assert.equal(end.status().domains[0]!.connections[0]!.fingerprint, coreKey.fingerprint);
});

test("five megabytes pass unharmed while the reader is slow", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address);
  await active(inside.end);
  const channel = await end.openChannel(HOST);
  const sent = Buffer.alloc(5 * 1024 * 1024, "abcdefghijklmnopqrstuvwxyz");
  channel.end(sent);
  const parts: Buffer[] = [];
  for await (const chunk of channel) {
    parts.push(chunk);
    if (parts.length % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(Buffer.concat(parts).equals(Buffer.from(sent.toString().toUpperCase())));
});

test("an edge with another host key is never connected to, and both fingerprints are told", async (t) => {
  const { end, log } = await edge(t);
  const inside = core(t, end.address, { pinned: strangerKey });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_HOST_KEY_MISMATCH");
  assert.ok(message.includes(hostKey.fingerprint) && message.includes(strangerKey.fingerprint), message);
  assert.equal(end.status().domains[0]!.connections.length, 0);
  assert.ok(!log.lines.some((l) => l.event === "tunnel connection is up"));
});

test("a core with an unknown key is refused by name", async (t) => {
  const { end, log } = await edge(t);
  const inside = core(t, end.address, { identity: strangerKey });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_KEY_REFUSED");
  assert.ok(message.includes(strangerKey.fingerprint));
  assert.ok(log.lines.some((l) => l.event === "tunnel key refused"));
  await assert.rejects(end.openChannel(HOST), { code: "TUNNEL_NO_CONNECTION" });
});

test("an edge that knows another join host only is named", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { asks: ["other.example.com"] });
  assert.equal((await failure(inside.end)).code, "TUNNEL_HOST_REFUSED");
});

test("one refused join host fails in its row and leaves the other up", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, end.address, { asks: [HOST, "other.example.com"] });
  await until(() => inside.end.status()[0]!.state === "active", "the known host is active");
  assert.equal(inside.end.status()[1]!.state, "failed");
  assert.equal(await ask(end, "x"), "X");
});

test("a join host without a tunnel is refused at once", async (t) => {
  const { end } = await edge(t);
  await assert.rejects(end.openChannel(HOST), { code: "TUNNEL_NO_CONNECTION" });
});

test("a cut line ends the streams on both sides and comes back by itself", async (t) => {
  const { end } = await edge(t);
  const wire = await line(t, end.address);
  const inside = core(t, wire.address);
  await active(inside.end);
  const channel = await end.openChannel(HOST);
  channel.on("error", () => {});
  channel.resume();
  channel.write("x");
  await until(() => inside.channels.length === 1, "the core has the channel");
  wire.cut();
  await until(() => channel.destroyed && inside.channels[0]!.destroyed, "both ends are closed");
  await until(() => end.status().domains[0]!.connections.length === 1, "the tunnel is back");
  await active(inside.end);
  assert.equal(await ask(end, "again"), "AGAIN");
});

test("a line that has gone silent is given up by both ends", async (t) => {
  const { end } = await edge(t);
  const wire = await line(t, end.address);
  const inside = core(t, wire.address);
  await active(inside.end);
  wire.silence(true);
  assert.equal((await failure(inside.end)).code, "TUNNEL_SILENT");
  await until(() => end.status().domains[0]!.connections.length === 0, "the edge let go as well");
  wire.silence(false);
  await active(inside.end);
});

test("an edge that is down is named with the next try, and dialled again when it comes", async (t) => {
  const first = await edge(t);
  const { port } = first.end.address;
  await first.scope.close();
  const inside = core(t, { address: "127.0.0.1", port });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_UNREACHABLE");
  assert.match(message, /ECONNREFUSED/);
  const row = await until(() => inside.end.status().find((r) => r.state === "failed"), "it has failed");
  assert.ok(row.state === "failed" && row.nextTryAt >= row.since);
  await edge(t, FAST, port);
  await active(inside.end);
});

test("something that is no SSH server is named as such", async (t) => {
  const server = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const inside = core(t, { address: "127.0.0.1", port: (server.address() as { port: number }).port });
  assert.equal((await failure(inside.end)).code, "TUNNEL_HANDSHAKE_FAILED");
});

test("a dead connection is passed over for a live one", async (t) => {
  const { end } = await edge(t, { ...FAST, probeMs: 60_000, silenceMs: 60_000, channelOpenMs: 100 });
  const wire = await line(t, end.address);
  const dead = core(t, wire.address);
  await active(dead.end);
  const live = core(t, end.address);
  await active(live.end);
  wire.silence(true);
  for (let i = 0; i < 4; i++) assert.equal(await ask(end, "x"), "X");
});

test("a connection that left a channel unanswered is asked last until it is heard again", async (t) => {
  const limits = { ...FAST, probeMs: 60_000, silenceMs: 60_000, channelOpenMs: 1000 };
  const { end } = await edge(t, limits);
  const wire = await line(t, end.address);
  await active(core(t, wire.address, { limits }).end);
  await active(core(t, end.address, { limits }).end);
  wire.silence(true);
  let waited = 0;
  for (let i = 0; i < 8; i++) {
    const begun = performance.now();
    assert.equal(await ask(end, "x"), "X");
    if (performance.now() - begun >= limits.channelOpenMs) waited++;
  }
  assert.ok(waited <= 1, `${waited} of eight requests had to wait`);
});

test("strangers who never authenticate are few and short", async (t) => {
  const { end } = await edge(t, { ...FAST, handshakeMs: 300, pendingPerSource: 3 });
  const sockets = Array.from({ length: 6 }, () => connect(end.address.port, end.address.address));
  let closed = 0;
  for (const socket of sockets) {
    socket.on("error", () => {});
    socket.on("close", () => closed++);
    socket.resume();
  }
  await until(() => closed >= 3, "those above the cap are closed");
  await until(() => closed === 6, "the others are closed after the handshake time");
});

test("a core that holds the key gets no shell, no command, no sftp, no way out and no other port", async (t) => {
  const { end } = await edge(t);
  const client = new ssh2.Client();
  t.after(() => client.destroy());
  client.connect({ host: "127.0.0.1", port: end.address.port, username: "x", privateKey: coreKey.privateKey });
  await once(client, "ready");
  const refused = (run: (done: (error?: Error) => void) => void) =>
    new Promise<boolean>((resolve) => run((error) => resolve(error !== undefined)));
  assert.ok(await refused((done) => client.shell(done)));
  assert.ok(await refused((done) => client.exec("id", done)));
  assert.ok(await refused((done) => client.sftp(done)));
  assert.ok(await refused((done) => client.forwardOut("127.0.0.1", 1, "127.0.0.1", 22, done)));
  for (const [host, port] of [
    ["", 8080],
    ["0.0.0.0", 443],
    ["127.0.0.1", 443],
    [HOST, 80],
    ["other.example.com", 443],
  ] as const)
    assert.ok(await refused((done) => client.forwardIn(host, port, done)), `${host}:${port}`);
  assert.equal(await refused((done) => client.forwardIn(HOST, 443, done)), false);
});

test("a password is not asked for", async (t) => {
  const { end } = await edge(t);
  const client = new ssh2.Client();
  const failed = once(client, "error");
  client.on("error", () => {});
  client.connect({ host: "127.0.0.1", port: end.address.port, username: "x", password: "secret" });
  const [error] = await failed;
  assert.equal(error.level, "client-authentication");
});
