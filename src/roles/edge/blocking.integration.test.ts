import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import tls from "node:tls";
import { Scope } from "#base";
import { openTurnAllocation, shortTermCredentials } from "#turn-client";
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
  const { address: host, port } = web;
  const browser = (localAddress: string) => {
    const road = net.connect({ host, port, localAddress });
    return tls.connect({ socket: road, servername: HOST, ca: authority.certificate });
  };
  const [blocked, other] = [browser("127.0.0.1"), browser("127.0.0.3")];
  for (const socket of [blocked, other]) {
    scope.defer(() => void socket.destroy());
    socket.on("error", () => {});
    await once(socket, "secureConnect");
  }
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
  for (let tries = 0; tries < 200 && !(await told()); tries++) await scope.sleep(20);
  assert.ok(await told());
  assert.equal((await status()).allocations, 0);
  assert.equal(other.destroyed, false);
});
