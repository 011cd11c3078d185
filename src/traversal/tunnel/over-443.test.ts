import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type TestContext, test } from "node:test";
import { createServer } from "node:tls";
import { parsePrefix, type TransportAddress } from "#base";
import { createAuthority, issueServer } from "#certificates";
import { until } from "#until";
import type { EdgeEnd } from "./index.ts";
import { TUNNEL_ALPN } from "./limits.ts";
import { ask, core, edge, FAST, failure, HOST, strangerKey } from "./testing/world.ts";

const certificate = await issueServer(await createAuthority("test"), { names: [HOST] });

/** The edge's web port, which hands tunnels over by their ALPN. */
async function webPort(t: TestContext, end: EdgeEnd, protocols = [TUNNEL_ALPN, "http/1.1"]): Promise<TransportAddress> {
  const tls = { cert: certificate.certificate, key: certificate.key, ALPNProtocols: protocols };
  const server = createServer(tls, (socket) => {
    const { remoteAddress: address = "", remotePort: port = 0 } = socket;
    if (socket.alpnProtocol === TUNNEL_ALPN) end.attach(socket, { address, port, via: "443" });
    else socket.destroy();
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { address: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** A port where nobody listens. */
async function closedPort() {
  const server = createTcpServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return { address: "127.0.0.1", port };
}

test("where the tunnel port is closed the core goes over 443, says why, and comes back when it is open", async (t) => {
  const { end } = await edge(t);
  const blocked = await closedPort();
  const inside = core(t, blocked, { fallback: await webPort(t, end), limits: { ...FAST, directMs: 100 } });
  const row = await until(() => {
    const [one] = inside.end.status();
    return one?.state === "active" && one;
  }, "it is up");
  assert.equal(row.via, "443");
  assert.equal(row.whyNotDirect?.code, "TUNNEL_UNREACHABLE");
  assert.match(row.whyNotDirect!.message, /ECONNREFUSED/);
  assert.equal(end.status().connections[0]!.via, "443");
  const channel = await end.openChannel(HOST);
  channel.write("still ");
  const direct = await edge(t, FAST, blocked.port);
  await until(() => {
    const [one] = inside.end.status();
    return one?.state === "active" && one.via === "2222";
  }, "the core is back on its own port");
  assert.equal(direct.end.status().connections.length, 1);
  assert.equal(await ask(direct.end, "new"), "NEW");
  channel.end("here");
  let answer = "";
  for await (const chunk of channel) answer += chunk;
  assert.equal(answer, "STILL HERE", "what was open over 443 is finished there");
  await until(() => end.status().connections.length === 0, "and then 443 is left");
});

test("an administrator who has opened the tunnel port need not wait for the next try of it", async (t) => {
  const { end } = await edge(t);
  const blocked = await closedPort();
  const inside = core(t, blocked, { fallback: await webPort(t, end), limits: { ...FAST, directMs: 600_000 } });
  const via = () => {
    const [one] = inside.end.status();
    return one?.state === "active" && one.via;
  };
  await until(() => via() === "443", "it is up");
  await edge(t, FAST, blocked.port);
  inside.end.retryNow();
  await until(() => via() === "2222", "the core is back on its own port");
});

test("megabytes pass both ways over 443", async (t) => {
  const { end } = await edge(t);
  core(t, await closedPort(), { fallback: await webPort(t, end) });
  await until(() => end.status().domains[0]!.connections.length === 1, "it is up");
  const text = "abcdefghij".repeat(300_000);
  assert.ok((await ask(end, text)) === text.toUpperCase());
  const [row] = end.status().connections;
  assert.ok(row!.bytesIn > text.length && row!.bytesOut > text.length);
});

test("what is trusted is the host key inside, not the certificate outside", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, await closedPort(), { fallback: await webPort(t, end), pinned: strangerKey });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_HOST_KEY_MISMATCH");
  assert.match(message, /in TLS/);
});

test("a web port that knows no tunnels is named, together with what the tunnel port said", async (t) => {
  const { end } = await edge(t);
  const inside = core(t, await closedPort(), { fallback: await webPort(t, end, ["http/1.1"]) });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_UNREACHABLE");
  assert.match(message, /ECONNREFUSED.*over 127\.0\.0\.1:\d+: it takes no tunnels/);
});

test("sources outside the list get no tunnel over 443", async (t) => {
  const { end, log } = await edge(t, FAST, 0, { over443From: [parsePrefix("10.0.0.0/8")!] });
  assert.deepEqual([end.takesOver443("10.1.2.3"), end.takesOver443("127.0.0.1")], [true, false]);
  const inside = core(t, await closedPort(), { fallback: await webPort(t, end) });
  const { code, message } = await failure(inside.end);
  assert.equal(code, "TUNNEL_443_REFUSED");
  assert.match(message, /ECONNREFUSED.*in TLS/);
  assert.ok(log.lines.some(({ event }) => event.includes("tunnel.over443.from")));
  end.configure({ over443From: [parsePrefix("127.0.0.0/8")!] });
  await until(() => inside.end.status()[0]!.state === "active", "it is up");
});
