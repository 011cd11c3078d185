import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import type { Fields } from "#storage";
import { until } from "#until";
import { Coturn, SECRET } from "../media/transport/testing/coturn.ts";
import { farAway, testTurnServers } from "./testing.ts";

const NOBODY_LISTENS = 9;

/** A turnServers object for it. */
const of = (port: number, more: Fields = {}): Fields => ({
  ...{ serverAddress: "127.0.0.1", clientAddress: "203.0.113.10", type: "expressway", portNumber: port },
  ...{ tcpPortNumberOverride: port, useShortTermCredentials: true, sharedSecret: SECRET, ...more },
});
const alarm = (id: string, failureReason: string) => [
  { type: "turnServerUnavailable", subject: { noun: "turnServer", id }, failureReason },
];

test("a server is tried the way that the Call Bridge uses it, and each media worker has a relay there", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { turnServers, ids, lines } = await testTurnServers(scope, [of(coturn.port)], { workers: 2 });
  const status = () => turnServers.status(ids[0]!)!;
  await until(() => status().hosts[0]?.numAllocations === 2, "both workers have a relay");
  const { hosts, ...rest } = (await turnServers.probe(ids[0]!))!;
  assert.deepEqual(rest, {
    ...{ id: ids[0], serverAddress: "127.0.0.1", clientAddress: "203.0.113.10", type: "expressway" },
    ...{ ours: true, preferred: true },
  });
  assert.deepEqual(
    hosts.map((host) => [host.address, host.portNumber, host.transport, host.reachable, host.mapped?.address]),
    [["127.0.0.1", coturn.port, "udp", true, "127.0.0.1"]],
  );
  for (const { roundTripTimeMs } of hosts) assert.ok(roundTripTimeMs! > 0 && roundTripTimeMs! < 500);
  assert.equal(turnServers.failure(), undefined);
  assert.match(lines()[0]!, /^info: TURN server 127\.0\.0\.1: available over UDP, round trip [\d.]+ ms$/);
});

test("a wrong secret is an authentication failure until the object has the right one", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const wrong = of(coturn.port, { sharedSecret: "wrong" });
  const { turnServers, ids, raised, lines, update, relays } = await testTurnServers(scope, [wrong], { workers: 1 });
  await until(() => raised().length > 0, "the alarm is raised");
  assert.deepEqual(raised(), alarm(ids[0]!, "authenticationFailure"));
  await until(() => relays.at(-1)?.state === "failed", "the worker says it too");
  assert.equal(turnServers.failure()?.code, "TURN_CLIENT_UNAUTHORIZED");
  assert.match(
    lines()[0]!,
    /^warning: TURN server 127.0.0.1: not available \(authenticationFailure\): refuses the cred/,
  );
  assert.ok(!lines().join().includes("wrong"), "no secret is told");
  await update(ids[0]!, { sharedSecret: SECRET });
  await until(() => relays.at(-1)?.state === "ready", "it is ready with the right one");
  await until(() => raised().length === 0, "the alarm is cleared");
  assert.equal(turnServers.failure(), undefined);
  assert.match(lines().at(-1)!, /^info: TURN server 127.0.0.1: available again over/);
});

test("the nearer of two servers is preferred; the other serves while it is down, and it leads again afterwards", async () => {
  await using scope = new Scope();
  const [near, far] = [await Coturn.start(scope, "near"), await Coturn.start(scope, "far")];
  const longWay = await farAway(scope, far.port, 40);
  const { turnServers, ids, raised, urls, lines } = await testTurnServers(scope, [
    of(longWay, { sharedSecret: "far", tcpPortNumberOverride: NOBODY_LISTENS, clientAddress: "203.0.113.20" }),
    of(near.port, { sharedSecret: "near" }),
  ]);
  const preferred = () => turnServers.all().find((server) => server.preferred)?.id;
  const [farId, nearId] = ids as [string, string];
  const both = [`turn:203.0.113.10:${near.port}?transport=udp`, `turn:203.0.113.20:${longWay}?transport=udp`];
  await until(() => turnServers.all().every(({ hosts }) => hosts.some((host) => host.reachable)), "both are known");
  assert.equal(preferred(), nearId);
  assert.deepEqual(urls(), both);
  const [{ hosts }] = [turnServers.status(farId)!];
  assert.ok(hosts[0]!.roundTripTimeMs! >= 80, "there and back");

  await near.stop();
  await turnServers.probe(nearId);
  assert.deepEqual([preferred(), urls()], [farId, both.slice(1)]);
  assert.deepEqual(raised(), alarm(nearId, "connectFailure"));
  assert.equal(turnServers.status(nearId)?.hosts[0]?.failure?.code, "TURN_CLIENT_UNREACHABLE");

  await near.start();
  await until(() => preferred() === nearId, "it is found again by itself");
  assert.deepEqual([urls(), raised()], [both, []]);
  const news = lines().filter((line) => /: (not )?available|preferred/.test(line));
  // Another leads as soon as the own way fails; that nothing works is known when the last resort has been tried.
  const order = ["preferred now", "not available", "available again", "preferred now"];
  for (const [i, word] of order.entries()) assert.ok(news.at(i - order.length)?.includes(word), news.join("\n"));
});

test("when all servers are down guests are told of them nevertheless, and why they have no media", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { turnServers, raised, urls, relays } = await testTurnServers(scope, [of(coturn.port)], { workers: 1 });
  await until(() => relays.at(-1)?.state === "ready", "the relay is there");
  await coturn.stop();
  await until(() => raised().length === 1, "the alarm is raised by itself");
  assert.equal(urls().length, 1);
  assert.match(turnServers.failure()?.code ?? "", /^TURN_CLIENT_(UNREACHABLE|TIMEOUT)$/);
});

test("a name without an address is a DNS failure until the object has another", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const object = of(coturn.port, { serverAddress: "edge.test" });
  const hosts = new Map([["turn.test", ["127.0.0.1"]]]);
  const { turnServers, ids, raised, update, relays } = await testTurnServers(scope, [object], { workers: 1, hosts });
  assert.deepEqual(raised(), alarm(ids[0]!, "dnsFailure"));
  assert.deepEqual(turnServers.status(ids[0]!)?.hosts, []);
  assert.equal(turnServers.failure()?.code, "TURN_SERVER_NAME_UNKNOWN");
  await update(ids[0]!, { serverAddress: "turn.test" });
  await until(() => relays.at(-1)?.state === "ready" && raised().length === 0, "it is used");
  assert.equal(turnServers.status(ids[0]!)?.hosts[0]?.address, "127.0.0.1");
});

test("without UDP to the server relays go over TCP", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const object = of(NOBODY_LISTENS, { tcpPortNumberOverride: coturn.port });
  const { turnServers, ids, raised, relays, lines } = await testTurnServers(scope, [object], { workers: 1 });
  await until(() => relays.at(-1)?.state === "ready", "the relay is there");
  const { hosts } = turnServers.status(ids[0]!)!;
  assert.deepEqual(
    hosts.map(({ transport, reachable, numAllocations }) => [transport, reachable, numAllocations]),
    [
      ["udp", false, 0],
      ["tcp", true, 1],
    ],
  );
  assert.deepEqual(raised(), []);
  assert.ok(lines().some((line) => line.startsWith("warning: TURN server 127.0.0.1: UDP port 9 of 127.0.0.1:")));
});

test("objects that come, go, or are another Call Bridge's count at once", async () => {
  await using scope = new Scope();
  const coturn = await Coturn.start(scope);
  const { storage, turnServers, insert, update, remove, relays, urls, raised, lines } = await testTurnServers(
    scope,
    [],
    {
      workers: 1,
    },
  );
  assert.equal(turnServers.failure()?.code, "TURN_SERVER_NONE");
  const id = await insert(of(coturn.port));
  await until(() => relays.at(-1)?.state === "ready", "its relay is there");
  assert.equal(urls().length, 1);

  const other = await storage.change((writer) => writer.insert({ noun: "callBridge", fields: { name: "cb2" } }));
  await update(id, { callBridge: other.id });
  await until(() => turnServers.status(id)?.ours === false, "it is not ours");
  assert.deepEqual([urls(), turnServers.status(id)?.hosts, turnServers.edges()], [[], [], []]);
  assert.match(lines().at(-1)!, /no longer used by this Call Bridge$/);

  const dead = await insert(of(NOBODY_LISTENS));
  await until(() => raised().length === 1, "its alarm is raised");
  await remove(dead);
  await until(() => raised().length === 0, "its alarm goes with it");
  assert.equal(turnServers.status(dead), undefined);
});

test("guests inside are given no TURN servers", async () => {
  await using scope = new Scope();
  const { turnServers } = await testTurnServers(scope, [of(NOBODY_LISTENS)]);
  assert.deepEqual(turnServers.iceServersFor({ address: "10.0.0.7", via: "inside", traceId: "0" }, "a"), []);
});
