import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { Scope, ScopeClosedError } from "./scope.ts";

test("children close last in, first out, and the signal comes before them", async () => {
  const order: string[] = [];
  const scope = new Scope();
  scope.signal.addEventListener("abort", () => order.push("signal"));
  scope.defer(() => void order.push("first"));
  const child = scope.child();
  child.defer(() => void order.push("child"));
  scope.defer(() => void order.push("last"));
  await scope.close({ code: "told" });
  assert.deepEqual(order, ["signal", "last", "child", "first"]);
});

test("a second close waits for the first and keeps its reason", async () => {
  const scope = new Scope();
  let done = false;
  scope.defer(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    done = true;
  });
  const first = scope.close({ code: "first" });
  await scope.close({ code: "second" });
  assert.equal(done, true);
  assert.deepEqual(scope.closed, { code: "first" });
  await first;
});

test("a child tells that its owner has gone", async () => {
  const owner = new Scope();
  const child = owner.child();
  await owner.close({ code: "told" });
  assert.deepEqual(child.closed, { code: "owner-closed" });
});

test("timers and listeners end with their scope", async () => {
  const scope = new Scope();
  const emitter = new EventEmitter();
  let calls = 0;
  scope.after(1, () => calls++);
  scope.every(1, () => calls++);
  scope.on(emitter, "x", () => calls++);
  await scope.close();
  emitter.emit("x");
  const later = new Scope();
  await later.sleep(10);
  await later.close();
  assert.equal(calls, 0);
  assert.equal(emitter.listenerCount("x"), 0);
});

test("a sleeper is woken with the reason when its scope closes", async () => {
  const scope = new Scope();
  const sleeping = scope.sleep(60_000);
  void scope.close({ code: "told", detail: "why" });
  await assert.rejects(sleeping, (error: unknown) => error instanceof ScopeClosedError && error.reason.code === "told");
});

test("what is registered after the close does nothing", async () => {
  const scope = new Scope();
  await scope.close();
  const emitter = new EventEmitter();
  scope.on(emitter, "x", () => assert.fail("called"));
  emitter.emit("x");
  scope.after(0, () => assert.fail("called"));
  await assert.rejects(scope.sleep(0));
});

test("a listener can be taken off before the end", async () => {
  await using scope = new Scope();
  const emitter = new EventEmitter();
  let calls = 0;
  const stop = scope.on(emitter, "x", () => calls++);
  emitter.emit("x");
  stop();
  emitter.emit("x");
  assert.equal(calls, 1);
  void once(emitter, "y");
});

test("a child that ended by itself is let go, and the owner closes those that are left", async () => {
  const scope = new Scope();
  const ended: string[] = [];
  const kept = scope.child();
  kept.defer(() => void ended.push("kept"));
  const child = scope.child();
  const own = child.close.bind(child);
  let closings = 0;
  child.close = (reason) => {
    closings++;
    return own(reason);
  };
  await child.close();
  await scope.close();
  assert.deepEqual([ended, closings], [["kept"], 1]);
  assert.throws(() => scope.child(), ScopeClosedError);
});

test("a child that fails to close does not keep the others from closing", async () => {
  const scope = new Scope();
  const ended: string[] = [];
  scope.defer(() => void ended.push("first"));
  scope.defer(() => {
    throw new Error("no");
  });
  scope.defer(() => void ended.push("last"));
  await assert.rejects(scope.close(), /no/);
  assert.deepEqual(ended, ["last", "first"]);
});
