import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { Scope, type TransportAddress } from "#base";
import { openTurnAllocation, shortTermCredentials } from "#turn-client";
import { until } from "#until";
import type { ProtectionAnswer } from "./index.ts";
import { authority, HOST, runningEdge, SECRET } from "./testing/running-edge.ts";

test("an administrator's block ends what the source has open, and is told in one line; nobody else notices", async () => {
  await using scope = new Scope();
  const { at, web, ask, status } = await runningEdge(scope);
  await openTurnAllocation(scope, {
    server: at,
    transport: "udp",
    credentials: () => shortTermCredentials(SECRET, "bridge", "cb1", Date.now() + 60_000),
    onPacket: () => {},
    onLost: () => {},
  });
  const [blocked, other] = [await browser(scope, web, "127.0.0.1"), await browser(scope, web, "127.0.0.3")];
  assert.equal((await status()).allocations, 1);
  const ended = once(blocked, "close");
  const answer = await ask<ProtectionAnswer>("POST", "/api/protection/block", { source: "127.0.0.1", minutes: 5 });
  assert.deepEqual(
    answer.blocked.map(({ source, byHand }) => ({ source, byHand })),
    [{ source: "127.0.0.1", byHand: true }],
  );
  await ended;
  const told = async () =>
    JSON.stringify(await ask("GET", "/api/events")).includes("1 connections and 1 TURN allocations ended");
  await until(told, "the event log tells of it");
  assert.equal((await status()).allocations, 0);
  assert.equal(other.destroyed, false);
});

test("a source that keeps failing loses what it has open, too; one that is exempt may fail as it likes", async () => {
  await using scope = new Scope();
  const { web, ask } = await runningEdge(scope, "protection: { exempt: [127.0.0.4] }");
  const [scanner, exempt] = [await browser(scope, web, "127.0.0.3"), await browser(scope, web, "127.0.0.4")];
  const ended = once(scanner, "close");
  for (const localAddress of ["127.0.0.4", "127.0.0.3"])
    for (let i = 0; i < 15; i++) {
      const { address: host, port } = web;
      const socket = net.connect({ host, port, localAddress });
      socket.on("error", () => {});
      socket.write("no TLS");
      await new Promise((closed) => socket.once("close", closed));
    }
  await ended;
  assert.equal(exempt.destroyed, false);
  const told = async () => JSON.stringify(await ask("GET", "/api/events"));
  await until(async () => /127\.0\.0\.3 blocked/.test(await told()), "the event log tells of it");
  assert.match(await told(), /127\.0\.0\.3 blocked for 1 min \(\d+ × malformed TLS\): 1 connections/);
  assert.doesNotMatch(await told(), /127\.0\.0\.4 blocked/);
});

/** A connection of the web that stays open. */
async function browser(scope: Scope, { address: host, port }: TransportAddress, localAddress: string) {
  const road = net.connect({ host, port, localAddress });
  const socket = tls.connect({ socket: road, servername: HOST, ca: authority.certificate });
  scope.defer(() => void socket.destroy());
  socket.on("error", () => {});
  await once(socket, "secureConnect");
  return socket;
}
