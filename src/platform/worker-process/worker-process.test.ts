import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import { startWorker, type WorkerExit } from "./index.ts";

type Request = { do: "greet" | "throw" | "die" | "emit" };

const start = (scope: Scope, greeting: string, seen: { events: string[]; exit: (exit: WorkerExit) => void }) =>
  startWorker<Request, string>(scope, {
    name: "test-worker",
    file: new URL("./testdata/worker.ts", import.meta.url),
    options: { greeting },
    onEvent: (event) => seen.events.push(event),
    onExit: seen.exit,
  });

const unexpected = () => assert.fail("the worker ended by itself");

test("a call is answered, bytes stay bytes, events arrive, and the worker ends with its scope unannounced", async () => {
  const scope = new Scope();
  const events: string[] = [];
  const worker = await start(scope, "hello", { events, exit: unexpected });
  assert.deepEqual(await worker.call<Uint8Array>({ do: "greet" }), Uint8Array.of(5));
  await worker.call({ do: "emit" });
  assert.deepEqual(events, ["an event"]);
  await scope.close();
  assert.throws(() => process.kill(worker.pid, 0), "the process is gone");
});

test("what the worker throws rejects the call and the worker lives on", async () => {
  await using scope = new Scope();
  const worker = await start(scope, "hello", { events: [], exit: unexpected });
  await assert.rejects(worker.call({ do: "throw" }), /test-worker: refused/);
  assert.deepEqual(await worker.call<Uint8Array>({ do: "greet" }), Uint8Array.of(5));
});

test("a start that fails rejects with the worker's words", async () => {
  await using scope = new Scope();
  await assert.rejects(start(scope, "", { events: [], exit: () => {} }), /no greeting/);
});

test("a worker that dies rejects what waits and tells its owner once", async () => {
  await using scope = new Scope();
  const died = Promise.withResolvers<WorkerExit>();
  const worker = await start(scope, "hello", { events: [], exit: died.resolve });
  await assert.rejects(
    worker.call({ do: "die" }),
    (e: unknown) => e instanceof TurnpikeError && e.code === "WORKER_GONE",
  );
  assert.equal((await died.promise).signal, "SIGKILL");
  await assert.rejects(worker.call({ do: "greet" }), /ended \(SIGKILL\)/);
});
