import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { type TLSSocket, connect as tlsConnect } from "node:tls";
import { Scope } from "#base";
import { until } from "#until";
import { Protection } from "./protection/protection.ts";
import { ca, HOST, heard, type RoadOptions, road } from "./testing/road.ts";
import { helloOf } from "./testing/shared-port.ts";

const GOOD = "127.0.0.2";
const BAD = "127.0.0.3";
const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;

async function world(t: TestContext, options: RoadOptions = {}) {
  const protection = new Protection();
  const w = await road({ ...options, edge: { protection, ...options.edge } });
  const clock = new Scope();
  t.after(async () => {
    await clock.close();
    await w.scope.close();
  });
  return { ...w, clock, protection };
}

async function tcpFrom(source: string, port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: source });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

function tlsFrom(source: string, port: number, localPort = 0): Promise<TLSSocket> {
  const wire = connect({ port, host: "127.0.0.1", localAddress: source, localPort });
  wire.on("error", () => {});
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ socket: wire, ca, servername: HOST });
    socket.once("secureConnect", () => resolve(socket));
    socket.once("close", () => reject(new Error("closed")));
    socket.on("error", reject);
  });
}

/** How a guest at another address fares. */
async function isServed(source: string, port: number): Promise<boolean> {
  try {
    const socket = await tlsFrom(source, port);
    socket.write(GET);
    return (await heard(socket)).startsWith("HTTP/1.1 200 ");
  } catch {
    return false;
  }
}

test("a flood of connections from one source is cut down, and another source is served all the while", async (t) => {
  const w = await world(t);
  const flood = Array.from({ length: 1_000 }, () => {
    const socket = connect({ port: w.port, host: "127.0.0.1", localAddress: BAD });
    return socket.on("error", () => {}).resume();
  });
  for (let i = 0; i < 5; i++) assert.ok(await isServed(GOOD, w.port));
  await until(() => flood.filter(({ closed }) => closed).length > 500, "most of the flood is gone", 20_000);
  assert.ok(w.protection.status().refused.limited > 500);
  assert.ok(w.edge.status().connections <= 400);
  for (const socket of flood) socket.destroy();
});

test("a flood of handshakes that never end is cut down, and another source is served", async (t) => {
  const w = await world(t, { limits: { handshakesAtOnce: 10 } });
  const hello = await helloOf({ servername: HOST, ALPNProtocols: ["http/1.1"] });
  const flood: Socket[] = [];
  for (let i = 0; i < 40; i++) {
    const socket = await tcpFrom(BAD, w.port);
    socket.resume().write(hello);
    flood.push(socket);
  }
  await until(() => flood.filter(({ closed }) => closed).length === 30, "all but ten are closed");
  assert.ok(await isServed(GOOD, w.port));
  assert.equal(await isServed(BAD, w.port), false);
  for (const socket of flood) socket.destroy();
});

test("a flood of requests is answered with 429 and when to come again, and another source is served", async (t) => {
  const w = await world(t, { limits: { requestsPerSecond: 1, requestsBurst: 3 } });
  const statuses: string[] = [];
  for (let i = 0; i < 5; i++) {
    const socket = await tlsFrom(BAD, w.port);
    socket.write(GET);
    const answer = await heard(socket);
    statuses.push(answer.slice(9, 12));
    if (answer.startsWith("HTTP/1.1 429 ")) assert.match(answer, /\r\nretry-after: 1\r\n/i);
  }
  assert.deepEqual(statuses.slice(0, 3), ["200", "200", "200"]);
  assert.ok(statuses.includes("429"), statuses.join());
  assert.ok(await isServed(GOOD, w.port));
});

/** What a scanner does again and again: `how` sends it on a new connection. */
const SCANNERS: readonly (readonly [what: string, how: (port: number) => Promise<unknown>])[] = [
  ["sends no TLS", async (port) => (await tcpFrom(BAD, port)).end("GET / HTTP/1.1\r\n\r\n")],
  [
    "sends a damaged ClientHello",
    async (port) => (await tcpFrom(BAD, port)).end(Buffer.from("160301000401000000", "hex")),
  ],
  [
    "asks for hosts that are not here",
    async (port) => (await tcpFrom(BAD, port)).write(await helloOf({ servername: "other.example" })),
  ],
  ["sends malformed requests", (port) => request(port, "garbage\r\n\r\n")],
  [
    "tries to smuggle",
    (port) => request(port, `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`),
  ],
  ["asks for another host inside", (port) => request(port, "GET / HTTP/1.1\r\nHost: intranet\r\n\r\n")],
  ["tries methods", (port) => request(port, `PROPFIND / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)],
];

async function request(port: number, bytes: string): Promise<void> {
  const socket = await tlsFrom(BAD, port);
  socket.write(bytes);
  await heard(socket);
}

for (const [what, how] of SCANNERS)
  test(`a source that ${what} is blocked after a while, and others are not`, async (t) => {
    const w = await world(t);
    const blocked = () => w.protection.status().blocked.length > 0;
    for (let i = 0; i < 60 && !blocked(); i++) {
      await how(w.port).catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(blocked, "it is blocked");
    assert.equal(w.protection.status().blocked[0]!.source, BAD);
    assert.equal(await isServed(BAD, w.port), false);
    assert.ok(await isServed(GOOD, w.port));
    w.protection.unblock(BAD);
    assert.ok(await isServed(BAD, w.port));
  });

test("guests who meet a service that is down are not blocked for asking again and again", async (t) => {
  const w = await world(t, { edgeOnly: true });
  for (let i = 0; i < 60; i++) {
    const socket = await tlsFrom(GOOD, w.port);
    socket.write(GET);
    assert.match(await heard(socket), /^HTTP\/1.1 502 /);
  }
  assert.deepEqual(w.protection.status().blocked, []);
});

test("who comes again from the same port while the edge is still closing the former connection is served", async (t) => {
  const w = await world(t);
  let localPort = 0;
  for (let i = 0; i < 20; i++) {
    const socket = await tlsFrom(GOOD, w.port, localPort);
    localPort = socket.localPort!;
    socket.write(GET);
    assert.match(await heard(socket), /^HTTP\/1.1 200 /, `connection ${i}`);
  }
});

test("a body that trickles is cut off and gives its connection to the inside back", async (t) => {
  let open = 0;
  const w = await world(t, {
    inside: (message) => {
      open++;
      message.on("error", () => {}).on("close", () => open--);
      message.resume();
    },
  });
  const socket = await tlsFrom(BAD, w.port);
  socket.on("error", () => {});
  socket.resume().write(`POST /api/join HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100000\r\n\r\n{`);
  w.clock.every(200, () => socket.write("x"));
  await until(() => open === 1, "the inside has it");
  await until(() => socket.closed, "it is cut off", 15_000);
  await until(() => open === 0, "the inside is rid of it");
  assert.equal(w.protection.status().failures.slow, 1);
});

test("a body that comes at an honest pace passes, also if the inside is slow to read it", async (t) => {
  const w = await world(t, {
    inside: (message, response) => {
      const wait = new Scope();
      wait.after(7_000, () => message.resume());
      message.on("end", () => response.end("got it"));
    },
  });
  const socket = await tlsFrom(GOOD, w.port);
  const body = Buffer.alloc(900_000);
  socket.write(
    `POST /api/join HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  socket.write(body);
  assert.match(await heard(socket), /got it$/);
});
