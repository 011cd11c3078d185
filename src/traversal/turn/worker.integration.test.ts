import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope } from "#base";
import { openTurnAllocation } from "#turn-client";
import { startTurnWorker } from "./index.ts";
import { until } from "./raw-client.ts";
import { bridge, relayOptions, SECRET, testOptions } from "./test-world.ts";

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
  await until(() => lost.length === 1, 8000);
  assert.deepEqual(seen, [false, true], "told of the end and of the new beginning");
  assert.ok(log.lines.some(({ event }) => event === "TURN worker died and is restarted"));
  assert.ok(log.lines.every((line) => !JSON.stringify(line).includes(SECRET)));
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
