import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Scope } from "#base";
import { until } from "#until";
import { HOST } from "../testing/road.ts";
import { GET, helloOf, STUN, secured, sharedPort, tcp } from "../testing/shared-port.ts";

const SHORT = { firstBytesMs: 150, handshakeMs: 300 };
/** Longer than both times together; far below Node's own. */
const SOON_MS = 10_000;

async function world(t: TestContext) {
  const w = await sharedPort(t, { edgeOnly: true, limits: SHORT });
  const clock = new Scope();
  t.after(() => clock.close());
  return { ...w, clock };
}

async function closesSoon(socket: Socket): Promise<void> {
  socket.resume();
  await until(() => socket.closed, "the connection is closed", SOON_MS);
}

test("a client that says nothing is closed", async (t) => {
  const w = await world(t);
  await closesSoon(await tcp(w.port));
});

test("a STUN message that trickles gains no time", async (t) => {
  const w = await world(t);
  const client = await tcp(w.port);
  let sent = 0;
  w.clock.every(40, () => client.write(STUN.subarray(sent, ++sent)));
  await closesSoon(client);
  assert.equal(w.taken.length, 0);
});

test("a ClientHello that trickles gains no time", async (t) => {
  const w = await world(t);
  const client = await tcp(w.port);
  client.write(Uint8Array.of(0x16, 3, 1, 0x02, 0x00, 1, 0, 0x01, 0xfc));
  w.clock.every(20, () => client.write(Uint8Array.of(0)));
  await closesSoon(client);
});

for (const ALPNProtocols of [["http/1.1"], ["stun.turn"], []]) {
  const offering = `ALPN ${ALPNProtocols.join() || "nothing"}`;

  test(`a handshake that stops after its ClientHello, offering ${offering}, is closed`, async (t) => {
    const w = await world(t);
    const client = await tcp(w.port);
    client.write(await helloOf({ servername: HOST, ALPNProtocols }));
    await closesSoon(client);
  });

  test(`a handshake that trickles after its ClientHello, offering ${offering}, gains no time`, async (t) => {
    const w = await world(t);
    const client = await tcp(w.port);
    client.write(await helloOf({ servername: HOST, ALPNProtocols }));
    client.write(Uint8Array.of(0x17, 3, 3, 0x20, 0));
    w.clock.every(20, () => client.write(Uint8Array.of(0)));
    await closesSoon(client);
  });
}

for (const [what, bytes] of [
  ["says nothing inside TLS", Buffer.alloc(0)],
  ["sends a byte of STUN inside TLS", STUN.subarray(0, 1)],
] as const)
  test(`a client that ${what}, where only that would tell what it is, is closed`, async (t) => {
    const w = await world(t);
    const client = await secured(await tcp(w.port), { servername: HOST });
    if (bytes.length > 0) client.write(bytes);
    await closesSoon(client);
    assert.equal(w.taken.length, 0);
  });

test("a client of the web that waits before its first request is served, if its ClientHello says so", async (t) => {
  const w = await world(t);
  const client = await secured(await tcp(w.port), { servername: HOST, ALPNProtocols: ["http/1.1"] });
  await closesSoon(await secured(await tcp(w.port), { servername: HOST }));
  let answer = "";
  client.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
  });
  client.write(GET);
  await until(() => answer.startsWith("HTTP/1.1 502 "), "it has its answer");
  client.destroy();
});

test("a request inside TLS is still under the time limits of HTTP", async (t) => {
  const w = await sharedPort(t, { edgeOnly: true, limits: { headersMs: 200 } });
  const client = await secured(await tcp(w.port), { servername: HOST });
  let answer = "";
  client.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
  });
  client.write("GET / HTTP/1.1\r\nHost: ");
  await until(() => answer.startsWith("HTTP/1.1 408 "), "it is cut off");
});
