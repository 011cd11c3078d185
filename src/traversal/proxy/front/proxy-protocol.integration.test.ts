import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parsePrefix } from "#base";
import { until } from "#until";
import { HOST, heard } from "../testing/road.ts";
import { GET, STUN, secured, sharedPort, tcp } from "../testing/shared-port.ts";

const HAPROXY = "/usr/sbin/haproxy";
const LOOPBACK = [parsePrefix("127.0.0.1")!];
const V1 = Buffer.from("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n");
const V2_IPV6 = Buffer.from(
  `0d0a0d0a000d0a515549540a21210024${"20010db8000000000000000000000007"}${"20010db8000000000000000000000001"}dc0401bb`,
  "hex",
);
const LOCAL = Buffer.from("0d0a0d0a000d0a515549540a20000000", "hex");

async function behindBalancer(t: TestContext) {
  const w = await sharedPort(t, { edge: { balancers: LOOPBACK } });
  const through = async (header: Buffer, port = w.port) => {
    const socket = await tcp(port);
    socket.write(header);
    return socket;
  };
  return { ...w, through };
}

test("the source that a PROXY header names is what the inside hears of", async (t) => {
  const w = await behindBalancer(t);
  for (const [header, source] of [
    [V1, "for=192.0.2.7;"],
    [V2_IPV6, 'for="[2001:db8::7]";'],
    [LOCAL, "for=127.0.0.1;"],
  ] as const)
    for (const ALPNProtocols of [["http/1.1"], []]) {
      const client = await secured(await w.through(header), { servername: HOST, ALPNProtocols });
      client.write(GET);
      assert.match(await heard(client), /^HTTP\/1.1 200 /);
      assert.ok(w.inside.requests.at(-1)!.headers.forwarded!.startsWith(source), source);
    }
  assert.equal(w.edge.status().badProxyHeaders, 0);
});

test("the source that a PROXY header names is what TURN hears of, over TCP and TLS", async (t) => {
  const w = await behindBalancer(t);
  const client = { address: "192.0.2.7", port: 56324 };
  const plain = await w.through(Buffer.concat([V1, STUN]));
  const overTls = await secured(await w.through(V1), { ALPNProtocols: ["stun.turn"] });
  overTls.write(STUN);
  await until(
    () => w.taken.length === 2 && w.taken.every(({ heard }) => heard.length === STUN.length),
    "TURN has both",
  );
  const origins = w.taken.map(({ origin }) => origin).sort((a, b) => a.transport.localeCompare(b.transport));
  assert.deepEqual(origins, [
    { client, transport: "tcp" },
    { client, transport: "tls" },
  ]);
  assert.deepEqual(w.taken[0]!.heard, STUN);
  plain.destroy();
  overTls.destroy();
});

test("a header that comes byte by byte is read all the same", async (t) => {
  const w = await behindBalancer(t);
  const socket = await tcp(w.port);
  for (const byte of V1) {
    socket.write(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const client = await secured(socket, { servername: HOST });
  client.write(GET);
  assert.match(await heard(client), /^HTTP\/1.1 200 /);
});

test("port 80 reads the header as well", async (t) => {
  const w = await behindBalancer(t);
  const port = w.edge.redirectAddress!.port;
  const client = await w.through(Buffer.concat([V1, GET]), port);
  const [answer] = (await once(client, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1.1 308 /);
});

test("a listed balancer that sends no header is cut off, and the log says what to do about it", async (t) => {
  const w = await behindBalancer(t);
  await assert.rejects(secured(await tcp(w.port), { servername: HOST }));
  assert.equal(w.edge.status().badProxyHeaders, 1);
  const line = w.edgeLines.find(({ fields }) => fields.code === "PROXY_HEADER_MISSING")!;
  assert.match(String(line.fields.why), /^the balancer 127\.0\.0\.1:\d+ sent no valid PROXY header/);
  assert.match(String(line.fields.remedy), /send-proxy-v2/);
});

test("a header from anyone else is garbage", async (t) => {
  const w = await sharedPort(t, { edge: { balancers: [parsePrefix("192.0.2.0/24")!] } });
  for (const header of [V1, V2_IPV6, LOCAL]) {
    const socket = await tcp(w.port);
    socket.write(header);
    await assert.rejects(secured(socket, { servername: HOST }));
  }
  assert.deepEqual(w.inside.requests, []);
});

test("each source behind a balancer has limits of its own, and the balancer has none", async (t) => {
  const w = await sharedPort(t, { edge: { balancers: LOOPBACK }, limits: { connectionsPerSource: 1 } });
  const from = async (last: number) => {
    const socket = await tcp(w.port);
    socket.write(`PROXY TCP4 192.0.2.${last} 198.51.100.1 5000 443\r\n`);
    return secured(socket, { servername: HOST });
  };
  const held = [await from(1), await from(2), await from(3)];
  await assert.rejects(from(2));
  for (const client of held) client.destroy();
});

test("a balancer that is taken off the list may no longer say who comes", async (t) => {
  const w = await behindBalancer(t);
  w.edge.configure({ balancers: [] });
  await assert.rejects(async () => secured(await w.through(V1), { servername: HOST }));
  const client = await secured(await tcp(w.port), { servername: HOST });
  client.write(GET);
  assert.match(await heard(client), /^HTTP\/1.1 200 /);
});

for (const option of ["send-proxy", "send-proxy-v2"])
  test(`haproxy with ${option} passes the guest's address on, and its health check is no complaint`, {
    skip: existsSync(HAPROXY) ? false : "haproxy is not installed",
  }, async (t) => {
    const w = await behindBalancer(t);
    const port = await haproxy(t, w.port, option);
    const guest = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.5" });
    await once(guest, "connect");
    const client = await secured(guest, { servername: HOST });
    client.write(GET);
    assert.match(await heard(client), /^HTTP\/1.1 200 /);
    assert.match(w.inside.requests.at(-1)!.headers.forwarded!, /^for=127\.0\.0\.5;/);
    assert.equal(w.edge.status().badProxyHeaders, 0);
  });

/** A real balancer in TCP mode before the edge. */
async function haproxy(t: TestContext, edgePort: number, option: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-haproxy-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const port = await freePort();
  const lines = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 30s",
    "  timeout server 30s",
    "listen web",
    `  bind 127.0.0.1:${port}`,
    `  server edge 127.0.0.1:${edgePort} ${option} check check-send-proxy inter 100`,
  ];
  const file = join(dir, "haproxy.cfg");
  writeFileSync(file, `${lines.join("\n")}\n`);
  const child: ChildProcess = spawn(HAPROXY, ["-db", "-f", file], { stdio: "ignore" });
  t.after(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  await reachable(port);
  return port;
}

async function reachable(port: number): Promise<void> {
  for (;;) {
    const socket: Socket = connect(port, "127.0.0.1");
    const answer = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "close").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (answer) return;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
