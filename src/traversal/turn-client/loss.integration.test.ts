import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Scope } from "#base";
import { attribute, attributes, Method } from "#stun";
import { openTurnAllocation, type TurnClientOptions } from "./index.ts";
import { ALLOCATED, scriptedServer, USER } from "./scripted-server.ts";

/** A guest must be told within 8 s. */
const LIMIT = 8000;

describe("a dead edge", { concurrency: true }, () => {
  test("is noticed within 8 seconds of its last packet, and told once", async () => {
    await using scope = new Scope();
    let alive = true;
    const server = await scriptedServer(scope, (request) => {
      if (!alive) return [];
      if (request.integrityAt === 0) return [{ code: 401, nonce: "one" }];
      return [request.method === Method.allocate ? ALLOCATED : { list: [attribute(attributes.lifetime, 600)] }];
    });
    const lost: string[] = [];
    await openTurnAllocation(scope, { ...base, server, onLost: ({ code }) => lost.push(code) });
    await delay(3500);
    assert.deepEqual(lost, [], "a living one is not");
    alive = false;
    const diedAt = Date.now();
    while (lost.length === 0 && Date.now() - diedAt < LIMIT) await delay(20);
    assert.deepEqual(lost, ["TURN_CLIENT_TIMEOUT"]);
  });

  for (const transport of ["udp", "tcp"] as const)
    test(`that never answers is named within 8 seconds over ${transport}`, async () => {
      await using scope = new Scope();
      const server = transport === "udp" ? await silentUdp(scope) : await silentTcp(scope);
      const startedAt = Date.now();
      await assert.rejects(openTurnAllocation(scope, { ...base, server, transport }), { code: "TURN_CLIENT_TIMEOUT" });
      assert.ok(Date.now() - startedAt < LIMIT);
    });
});

const base: Omit<TurnClientOptions, "server"> = {
  transport: "udp",
  credentials: () => USER,
  onPacket: () => {},
  onLost: () => {},
};

async function silentUdp(scope: Scope) {
  const socket = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  scope.defer(() => void socket.close());
  await once(socket, "listening");
  return socket.address();
}

async function silentTcp(scope: Scope) {
  const { createServer } = await import("node:net");
  const server = createServer((socket) => scope.defer(() => void socket.destroy())).listen(0, "127.0.0.1");
  scope.defer(() => void server.close());
  await once(server, "listening");
  return { address: "127.0.0.1", port: (server.address() as { port: number }).port };
}
