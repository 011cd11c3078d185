import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { memoryLog, Scope } from "#base";
import { nativeAvailable } from "#native";
import { Method } from "#stun";
import { openTurnAllocation } from "#turn-client";
import { until } from "#until";
import { startTurnWorker, type TurnWorker } from "./index.ts";
import { RawClient, relayedOf } from "./raw-client.ts";
import { BRIDGE, bridge, relayOptions, SECRET, testOptions, UDP } from "./test-world.ts";

const RELAY = relayOptions({ ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" } });

test("a worker that is killed is started anew on the same port, and its client is told and comes back", async () => {
  await using scope = new Scope();
  const log = memoryLog();
  const worker = await startTurnWorker(scope, testOptions({ relay: RELAY }), log);
  const lost: string[] = [];
  const open = () =>
    openTurnAllocation(scope, {
      server: worker.listening[0]!,
      transport: "udp",
      credentials: () => bridge("cb1"),
      onPacket: () => {},
      onLost: ({ code }) => lost.push(code),
    });
  const allocation = await open();
  assert.deepEqual(
    (await worker.allocations()).map(({ user, relays }) => [user, relays]),
    [["cb1", [allocation.relayed]]],
  );
  const seen: boolean[] = [];
  worker.onChange(
    () =>
      void worker.status().then(
        () => seen.push(true),
        () => seen.push(false),
      ),
  );
  const killedAt = Date.now();
  const { listening } = worker;
  process.kill(worker.pid, "SIGKILL");
  await until(() => worker.restarts === 1);
  await using back = await open();
  assert.ok(Date.now() - killedAt < 3000, `back after ${Date.now() - killedAt} ms`);
  assert.ok(back.relayed.port > 0);
  assert.deepEqual(worker.listening, listening);
  await until(() => lost.length === 1, undefined, 8000);
  assert.deepEqual(seen, [false, true], "told of the end and of the new beginning");
  assert.ok(log.lines.some(({ event }) => event === "TURN worker died and is restarted"));
  assert.ok(log.lines.every((line) => !JSON.stringify(line).includes(SECRET)));
});

/** Of this many crashes one must be noticed and mended in time: the others may fall into a busy moment of the machine. */
const CRASHES = 8;

test("a crash is noticed in 100 ms, and new clients are served within a second", async () => {
  await using scope = new Scope();
  // As main.ts has it for every role.
  const cache = mkdtempSync(join(tmpdir(), "turn-worker-cache-"));
  scope.defer(() => rmSync(cache, { recursive: true }));
  process.env.NODE_COMPILE_CACHE ??= cache;
  const worker = await startTurnWorker(scope, testOptions({ relay: RELAY }), memoryLog());
  const took: string[] = [];
  for (let i = 0; i < CRASHES; i++) {
    const { noticed, served } = await crash(worker, i % 2 === 0 ? "SIGKILL" : "SIGSEGV");
    took.push(`${noticed} and ${served} ms`);
    if (noticed < 100 && served < 1000) return;
  }
  assert.fail(`noticed and served again after ${took.join(", ")}`);
});

/** How long until the end is told of, and until somebody new has a relay, ms. */
async function crash(worker: TurnWorker, signal: NodeJS.Signals) {
  await using scope = new Scope();
  const at = performance.now();
  const since = () => Math.round(performance.now() - at);
  const noticed = new Promise<number>((resolve) => {
    const stop = worker.onChange(() => {
      stop();
      resolve(since());
    });
  });
  process.kill(worker.pid, signal);
  const told = await noticed;
  const client = await RawClient.udp(scope, worker.listening[0]!);
  while (client.received.length === 0) {
    client.write(client.encode(Method.allocate, [UDP]));
    await until(() => client.received.length > 0, undefined, 25).catch(() => {});
  }
  relayedOf(await client.allocate(BRIDGE));
  return { noticed: told, served: since() };
}

test("the worker's process gains no privileges", { skip: !nativeAvailable() }, async () => {
  await using scope = new Scope();
  const worker = await startTurnWorker(scope, testOptions({ relay: RELAY }), memoryLog());
  assert.match(readFileSync(`/proc/${worker.pid}/status`, "utf8"), /^NoNewPrivs:\s*1$/m);
});

test("a worker whose port is taken says which listener", async () => {
  await using scope = new Scope();
  const first = await startTurnWorker(scope, testOptions({ relay: RELAY }), memoryLog());
  const { address, port } = first.listening[0]!;
  const options = testOptions({ relay: RELAY, listen: [{ address, port, transports: ["udp"] }] });
  await assert.rejects(startTurnWorker(scope, options, memoryLog()), (error: Error & { code?: string }) => {
    assert.equal(error.code, "TURN_LISTENER_TAKEN");
    assert.match(error.message, new RegExp(`udp ${address}:${port}`));
    return true;
  });
});
