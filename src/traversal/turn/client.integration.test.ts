import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthority, issueServer } from "#certificates";
import { askBinding, type SelftestTarget, selftest } from "#turn-client";
import { bridge, guest, relayOptions, world } from "./test-world.ts";

const NAME = "edge.example.com";
const authority = await createAuthority("turn test");
const pair = await issueServer(authority, { names: [NAME] });
const tls = { serverName: NAME, authorities: authority.certificate };
const loopback = (address: string) => ({ address, advertised: address });
const relay = relayOptions({ ipv4: loopback("127.0.0.1"), ipv6: loopback("::1") });

for (const [transport, family, listener] of [
  ["udp", "ipv4", "127.0.0.1"],
  ["tcp", "ipv4", "127.0.0.1"],
  ["tls", "ipv4", "127.0.0.1"],
  ["udp", "ipv6", "::1"],
  ["tls", "ipv6", "::1"],
] as const)
  test(`selftest over ${transport} with an ${family} relay: an allocation, and its relay is reached from outside`, async () => {
    const listen = [{ address: listener, port: 0, transports: ["udp", "tcp"] as const }];
    await using w = await world({ relay, listen, tls: pair });
    const target: SelftestTarget = { server: w.at, transport, tls, family, credentials: () => bridge("selftest") };
    const { allocation, relay: reached } = await selftest(w.scope, target);
    assert.ok(allocation.state === "made", JSON.stringify(allocation));
    assert.equal(allocation.mapped.address, listener);
    assert.deepEqual(reached, { state: "reached", by: "packet" });
    assert.deepEqual(w.server.allocations(), [], "it leaves nothing behind");
  });

test("selftest without the right to a peer counts what comes to the relay, if it can ask", async () => {
  await using w = await world({ relay: relayOptions({ ipv4: loopback("127.0.0.2") }) });
  const target: SelftestTarget = { server: w.at, transport: "udp", credentials: () => guest("selftest") };
  const strays = async () => w.server.allocations()[0]?.counters.refusedPackets;
  assert.deepEqual((await selftest(w.scope, target, strays)).relay, { state: "reached", by: "counter" });
  assert.equal((await selftest(w.scope, target)).relay.state, "not-tried");
});

test("selftest tells a relay that no packet reaches, and credentials that are refused", async () => {
  await using w = await world({ relay: relayOptions() });
  const target: SelftestTarget = { server: w.at, transport: "udp", credentials: () => bridge("selftest") };
  assert.equal((await selftest(w.scope, target)).relay.state, "not-reached");
  const wrong = { ...target, credentials: () => ({ username: "nobody", password: "x" }) };
  const { allocation } = await selftest(w.scope, wrong);
  assert.equal(allocation.state === "failed" && allocation.code, "TURN_CLIENT_UNAUTHORIZED");
});

test("a TLS client refuses a server whose certificate does not name it", async () => {
  await using w = await world({ relay, tls: pair });
  const asking = askBinding(w.scope, {
    server: w.at,
    transport: "tls",
    tls: { ...tls, serverName: "other.example.com" },
    credentials: () => bridge("cb1"),
  });
  await assert.rejects(asking, { code: "TURN_CLIENT_UNREACHABLE", message: /other\.example\.com/ });
});

test("a Binding tells an address to everybody, and the load to bridges only", async () => {
  await using w = await world({ relay });
  const ask = (credentials: typeof bridge) =>
    askBinding(w.scope, { server: w.at, transport: "udp", credentials: () => credentials("one") });
  const answer = await ask(bridge);
  assert.equal(answer.mapped?.address, "127.0.0.1");
  assert.deepEqual(answer.load, { allocations: 0, capacity: 10, draining: false });
  assert.equal((await ask(guest)).load, undefined);
});
