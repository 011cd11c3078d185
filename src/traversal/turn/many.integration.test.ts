import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { memoryLog, Scope, type TransportAddress } from "#base";
import { encodeChannelData, Method } from "#stun";
import { until } from "#until";
import { startTurnServer } from "./index.ts";
import { RawClient, relayedOf } from "./raw-client.ts";
import { channelTo, LIMITS, lifetime, REALM, testOptions, UDP, userOf } from "./test-world.ts";

/** A 5-tuple each: every socket of a client talks to every listener. A process may have 20,000 files here. */
const LISTENERS = 20;
const SOCKETS = 500;
const ALLOCATIONS = LISTENERS * SOCKETS;
/** Requests that wait for their answer at once: what a socket's buffer holds. */
const AT_ONCE = 100;
const HUB = { username: "hub", password: "hub-password" };
const PLENTY = 1_000_000;

test(`${ALLOCATIONS} allocations live on one server`, async (t) => {
  await using scope = new Scope();
  const { server, log } = await roomyServer(scope);
  const clients = await connect(scope, server.listening);
  const peer = await RawClient.udp(scope, { address: "127.0.0.1", port: 9 });
  const files = openFiles();
  const began = performance.now();
  await forAll(clients, async (client) => void relayedOf(await client.request(Method.allocate, [UDP], HUB)));
  tell(t, "allocations", began, clients.length);
  assert.equal(server.status().allocations, ALLOCATIONS);
  t.diagnostic(`${((openFiles() - files) / ALLOCATIONS).toFixed(2)} open files each`);

  await relaysWork([clients[0]!, clients.at(-1)!], peer);

  const ended = performance.now();
  await forAll(clients, async (client) => void (await client.request(Method.refresh, [lifetime(0)], HUB)));
  tell(t, "ends", ended, clients.length);
  assert.equal(server.status().allocations, 0);
  assert.ok(log.lines.every(({ event }) => event !== "TURN request failed"));
  await until(() => openFiles() <= files, undefined, 10_000);
});

/** Of the first and the last, a packet comes and goes. */
async function relaysWork(clients: readonly RawClient[], peer: RawClient): Promise<void> {
  for (const client of clients) {
    await client.request(Method.channelBind, channelTo(0x4000, peer.local), HUB);
    client.write(encodeChannelData(0x4000, Buffer.from("still there")));
    assert.equal(String(await peer.next()), "still there");
  }
}

async function roomyServer(scope: Scope) {
  const log = memoryLog();
  const options = testOptions({
    listen: Array.from({ length: LISTENERS }, () => ({ address: "127.0.0.1", port: 0, transports: ["udp"] })),
    relay: {
      ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" },
      ports: { first: 10_000, last: 59_999 },
      defaultFamily: "ipv4",
    },
    users: [userOf(HUB, "bridge", REALM)],
    limits: { ...LIMITS, allocations: PLENTY, allocationsPerUser: PLENTY, allocationsPerAddress: PLENTY },
  });
  return { server: await startTurnServer(options, scope, log), log };
}

/** Learns the nonces on the way: each socket has an address of its own, since strangers get few answers a second. */
async function connect(scope: Scope, listeners: readonly TransportAddress[]): Promise<readonly RawClient[]> {
  const clients: RawClient[] = [];
  for (let i = 0; i < SOCKETS; i++) {
    const socket = dgram.createSocket("udp4").bind(0, `127.1.${1 + (i >> 7)}.${1 + (i & 127)}`);
    await once(socket, "listening");
    scope.defer(() => void socket.close());
    const byPort = new Map(listeners.map(({ port }) => [port, new RawClient()]));
    socket.on("message", (bytes, { port }) => void byPort.get(port)!.received.push(bytes));
    for (const [port, client] of byPort) client.write = (bytes) => socket.send(bytes, port, "127.0.0.1");
    clients.push(...byPort.values());
  }
  await forAll(clients, async (client) => void (await client.challenge()));
  return clients;
}

async function forAll(clients: readonly RawClient[], run: (client: RawClient) => Promise<void>): Promise<void> {
  const left = clients.values();
  const worker = async () => {
    for (const client of left) await run(client);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}

function tell(t: TestContext, what: string, began: number, count: number): void {
  t.diagnostic(
    `${Math.round((count * 1000) / (performance.now() - began))} ${what} a second, the clients' work included`,
  );
}
