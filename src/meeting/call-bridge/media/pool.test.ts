import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope } from "#base";
import type { PoolEvent } from "./index.ts";
import { openMediaPool } from "./pool.ts";

async function testPool(scope: Scope, workers: number, port = 0) {
  const events: PoolEvent[] = [];
  const listeners = new Set<() => void>();
  const listen = { address: "127.0.0.1", advertised: "127.0.0.1", port };
  const onEvent = (event: PoolEvent) => {
    events.push(event);
    for (const listener of listeners) listener();
  };
  const pool = await openMediaPool(scope, {
    ...{ workers, onEvent, log: memoryLog(), options: { listen, edges: [], logLevel: "error" as const } },
    workerFile: new URL("./testing-worker.ts", import.meta.url),
  });
  const open = (legId: string, callId: string) => pool.openLeg({ legId, callId, via: "inside", permit: [] });
  /** Resolves with the first event that fits, also one of the past. */
  const event = <T extends PoolEvent>(fits: (event: PoolEvent) => event is T) =>
    new Promise<T>((resolve) => {
      const look = () => {
        const found = events.find(fits);
        if (found) resolve(found);
        return found !== undefined;
      };
      if (!look()) listeners.add(look);
    });
  return { pool, events, open, event };
}

type Lost = Extract<PoolEvent, { lost: unknown }>;
const isLost = (event: PoolEvent): event is Lost => "lost" in event;

test("a call stays on one worker, another call goes to the one with fewer legs", async () => {
  await using scope = new Scope();
  const { pool, open } = await testPool(scope, 2);
  await open("a", "one");
  await open("b", "one");
  await open("c", "two");
  await open("d", "two");
  await open("e", "one");
  const legs = (await pool.stats()).map((worker) => worker.stats!.legs.map((leg) => leg.legId).toSorted());
  assert.deepEqual(legs, [
    ["a", "b", "e"],
    ["c", "d"],
  ]);
  await pool.request("a", { do: "closeLeg", legId: "a" });
  await pool.request("a", { do: "closeLeg", legId: "a" });
  await assert.rejects(pool.request("a", { do: "restartIce", legId: "a" }), { code: "MEDIA_UNKNOWN_LEG" });
  await assert.rejects(open("b", "one"), { code: "MEDIA_LEG_EXISTS" });
});

test("a worker that dies loses its own legs alone, is restarted, and its calls can be placed again", async () => {
  await using scope = new Scope();
  const { pool, events, open, event } = await testPool(scope, 2);
  await open("a", "one");
  await open("b", "two");
  const before = await pool.stats();
  process.kill(before[0]!.pid!, "SIGKILL");
  const asked = pool.request("a", { do: "permit", legId: "a", address: "192.0.2.1" });
  await assert.rejects(asked, (error: { code: string }) => ["WORKER_GONE", "MEDIA_UNKNOWN_LEG"].includes(error.code));
  assert.deepEqual((await event(isLost)).lost, { legIds: ["a"], why: "SIGKILL" });
  await assert.rejects(pool.request("a", { do: "restartIce", legId: "a" }), { code: "MEDIA_UNKNOWN_LEG" });
  await pool.request("b", { do: "restartIce", legId: "b" });
  await open("a", "one");
  await event((e): e is PoolEvent => "ready" in e && e.worker === 0 && events.indexOf(e) > events.findIndex(isLost));
  const after = await pool.stats();
  assert.deepEqual(
    after.map((worker) => worker.restarts),
    [1, 0],
  );
  assert.notEqual(after[0]!.pid, before[0]!.pid);
  assert.equal(after[1]!.pid, before[1]!.pid);
});

test("a request to a worker that has died and is not missed yet is refused, and the pool lives on", async () => {
  await using scope = new Scope();
  const { pool, open, event } = await testPool(scope, 1);
  await open("a", "one");
  const { pid } = (await pool.stats())[0]!;
  process.kill(pid!, "SIGKILL");
  // The event loop stands still until the process is surely gone, so that its end cannot be known yet.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  const asked = pool.request("a", { do: "restartIce", legId: "a" });
  await assert.rejects(asked, { code: "WORKER_GONE" });
  await event(isLost);
});

test("edges are those of all workers, and of one that is started again later", async () => {
  await using scope = new Scope();
  const { pool, events, event } = await testPool(scope, 2);
  const credentials = { kind: "static", username: "u", password: "p" } as const;
  pool.setEdges([{ id: "e1", serverAddress: "10.0.1.2", port: 3478, transport: "udp", credentials }]);
  const edges = async () => (await pool.stats()).map(({ stats }) => stats?.edges.map(({ id }) => id));
  assert.deepEqual(await edges(), [["e1"], ["e1"]]);
  process.kill((await pool.stats())[0]!.pid!, "SIGKILL");
  await event(isLost);
  pool.setEdges([{ id: "e2", serverAddress: "10.0.1.3", port: 3478, transport: "udp", credentials }]);
  await event((e): e is PoolEvent => "ready" in e && e.worker === 0 && events.indexOf(e) > events.findIndex(isLost));
  assert.deepEqual(await edges(), [["e2"], ["e2"]]);
});

test("a worker that cannot start is a clear error, and no process is left behind", async () => {
  await using scope = new Scope();
  await assert.rejects(testPool(scope, 1, 1), /port 1 is taken/);
});

test("when the owner closes, the workers end and nothing is reported as lost", async () => {
  const scope = new Scope();
  const { pool, events, open } = await testPool(scope, 1);
  await open("a", "one");
  const pid = (await pool.stats())[0]!.pid!;
  await scope.close();
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  assert.ok(!events.some(isLost));
});
