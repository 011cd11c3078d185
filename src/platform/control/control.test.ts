import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { type AdminSources, notFound, readBody } from "#admin-http";
import { memoryLog, parseConfig, Scope } from "#base";
import { callControl, controlSection, followControl, startControl } from "./index.ts";

const sources: AdminSources = {
  routes: [
    { method: "GET", path: "/api/answer", run: () => ({ answer: 42 }) },
    { method: "POST", path: "/api/echo/:id", run: ({ params, body }) => ({ ...params, ...readBody(echo, body) }) },
    { method: "GET", path: "/api/nothing", run: () => Promise.reject(notFound("relay 7", "see the list")) },
    { method: "PUT", path: "/api/echo/:id", run: ({ params, by, from }) => ({ ...params, by, from }) },
    { method: "DELETE", path: "/api/echo/:id", needs: "accounts", run: ({ params, body }) => ({ ...params, body }) },
    {
      method: "GET",
      path: "/api/count",
      async *stream({ query }, signal) {
        for (let i = 0; i < Number(query.to); i++)
          yield { id: String(i), event: "count", data: { i, text: "a\u2028\n" } };
        if (query.stay) await once(signal, "abort");
        ended.emit("ended");
      },
    },
    { method: "GET", path: "/api/broken", run: () => Promise.reject(new Error("inner words")) },
  ],
  metrics: { contentType: "text/plain; version=0.0.4; charset=utf-8", text: async () => "up 1\n" },
};
const ended = new EventEmitter();

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const echo = z.strictObject({ on: z.boolean() });

function place(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-control-"));
  const scope = new Scope();
  context.after(async () => {
    await scope.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const socket = join(dir, "run", "control.sock");
  const log = memoryLog();
  return { dir, socket, scope, log, start: (at = scope) => startControl(at, { socket }, sources, log) };
}

test("what the role answers arrives, and what was changed is in the log without its body", async (context) => {
  const { socket, log, start } = place(context);
  await start();
  assert.deepEqual(await callControl(socket, "GET", "/api/answer"), { answer: 42 });
  assert.deepEqual(await callControl(socket, "POST", "/api/echo/5", { on: true }), { id: "5", on: true });
  const asked = log.lines.filter(({ event }) => event === "administrator asked");
  assert.deepEqual(
    asked.map(({ fields }) => fields),
    [{ what: "/api/echo/5", by: "control socket" }],
  );
});

test("the role's errors arrive with code, kind and remedy; those of our own making only in the log", async (context) => {
  const { socket, log, start } = place(context);
  await start();
  await assert.rejects(callControl(socket, "GET", "/api/nothing"), {
    code: "ADMIN_NOT_FOUND",
    kind: "user",
    message: "there is no relay 7",
    remedy: "see the list",
  });
  await assert.rejects(callControl(socket, "POST", "/api/echo/5", { on: 1 }), { code: "ADMIN_BAD_REQUEST" });
  await assert.rejects(callControl(socket, "GET", "/api/unheard"), { code: "ADMIN_NOT_FOUND" });
  await assert.rejects(callControl(socket, "GET", "/api/broken"), { code: "ADMIN_FAILED", message: /^(?!.*inner)/ });
  assert.ok(log.lines.some(({ fields }) => fields.why === "inner words"));
});

test("a POST that is no JSON changes nothing, whatever it calls itself", async (context) => {
  const { socket, log, start } = place(context);
  await start();
  const send = (headers: Record<string, string>, body: string) =>
    new Promise<number>((resolve, reject) => {
      const call = request({ socketPath: socket, method: "POST", path: "/api/echo/5", headers, agent: false });
      call.on("error", reject);
      call.on("response", (response) => resolve(response.resume().statusCode!));
      call.end(body);
    });
  const yes = '{"on":true}';
  assert.equal(await send({}, ""), 415);
  assert.equal(await send({ "content-type": "text/plain" }, yes), 415);
  assert.equal(await send({ "content-type": "application/x-www-form-urlencoded" }, yes), 415);
  assert.equal(await send({ "content-type": "application/json", "sec-fetch-site": "cross-site" }, yes), 415);
  assert.equal(await send({ "content-type": "application/json" }, "{"), 400);
  assert.equal(log.lines.filter(({ event }) => event === "administrator asked").length, 0);
  assert.equal(await send({ "content-type": "application/json; charset=utf-8" }, yes), 200);
});

test("only the owner may open the socket and its folder, whatever the mask; both are gone or closed at the end", async (context) => {
  const { dir, socket, scope, start } = place(context);
  const mask = process.umask(0);
  context.after(() => process.umask(mask));
  await start();
  assert.equal(statSync(socket).mode & 0o777, 0o600);
  assert.equal(statSync(join(dir, "run")).mode & 0o777, 0o700);
  assert.equal(process.umask(), 0, "the mask of the process is as before");
  await scope.close();
  assert.equal(existsSync(socket), false);
  await assert.rejects(callControl(socket, "GET", "/api/answer"), { code: "CONTROL_NOT_RUNNING" });
});

test("the socket of a process that was killed is replaced", async (context) => {
  const { dir, socket, start } = place(context);
  mkdirSync(join(dir, "run"), { mode: 0o700 });
  const script = `require("net").createServer().listen(${JSON.stringify(socket)}, () => process.kill(process.pid, "SIGKILL"))`;
  assert.equal(spawnSync(process.execPath, ["-e", script]).signal, "SIGKILL");
  assert.ok(existsSync(socket));
  await assert.rejects(callControl(socket, "GET", "/api/answer"), { code: "CONTROL_NOT_RUNNING" });
  await start();
  assert.deepEqual(await callControl(socket, "GET", "/api/answer"), { answer: 42 });
});

test("a socket that answers is an error, and goes on answering", async (context) => {
  const { socket, scope, start } = place(context);
  await start();
  await assert.rejects(start(scope.child()), { code: "CONTROL_IN_USE" });
  assert.deepEqual(await callControl(socket, "GET", "/api/answer"), { answer: 42 });
});

test("a folder that others may write to, a file in the way and a path too long are refused before anything is opened", async (context) => {
  const { dir, socket, scope, log, start } = place(context);
  mkdirSync(join(dir, "run"));
  for (const mode of [0o777, 0o1777, 0o775]) {
    chmodSync(join(dir, "run"), mode);
    await assert.rejects(start(), { code: "CONTROL_FOLDER_OPEN" });
  }
  chmodSync(join(dir, "run"), 0o755);
  writeFileSync(socket, "precious");
  await assert.rejects(start(), { code: "CONTROL_NOT_A_SOCKET" });
  const long = join(dir, "x".repeat(107 - dir.length));
  await assert.rejects(startControl(scope, { socket: long }, sources, log), { code: "CONTROL_PATH_TOO_LONG" });
  await assert.rejects(callControl(long, "GET", "/"), { code: "CONTROL_PATH_TOO_LONG" });
  const longest = long.slice(0, -1);
  await startControl(scope, { socket: longest }, sources, log);
  assert.deepEqual(await callControl(longest, "GET", "/api/answer"), { answer: 42 });
});

test("a user who may not open the socket is told so", { skip: process.getuid?.() !== 0 }, async (context) => {
  const { dir, socket, start } = place(context);
  await start();
  chmodSync(dir, 0o755);
  chmodSync(join(dir, "run"), 0o755);
  const nobody = 65_534;
  process.seteuid?.(nobody);
  const call = callControl(socket, "GET", "/api/answer");
  await assert.rejects(call, { code: "CONTROL_FORBIDDEN" }).finally(() => process.seteuid?.(0));
});

test("whoever may open the socket is an administrator with every right", async (context) => {
  const { socket, start } = place(context);
  await start();
  const by = { name: "control socket", role: "admin" };
  assert.deepEqual(await callControl(socket, "PUT", "/api/echo/5"), { id: "5", by, from: "local" });
  assert.deepEqual(await callControl(socket, "DELETE", "/api/echo/5", { why: 1 }), { id: "5", body: { why: 1 } });
});

test("a stream is followed to its end, or until nobody asks any more", async (context) => {
  const { socket, start } = place(context);
  await start();
  const events = await all(followControl<{ i: number; text: string }>(socket, "/api/count?to=3"));
  assert.deepEqual(
    events,
    [0, 1, 2].map((i) => ({ i, text: "a\u2028\n" })),
  );
  const told = once(ended, "ended");
  for await (const _ of followControl(socket, "/api/count?to=1&stay=1")) break;
  await told;
});

test("a stream that is not there, and a role that is not running, are told as for any request", async (context) => {
  const { socket, scope, start } = place(context);
  const follow = (path: string) => all(followControl(socket, path));
  await assert.rejects(follow("/api/count?to=1"), { code: "CONTROL_NOT_RUNNING" });
  await start();
  await assert.rejects(follow("/api/unheard"), { code: "ADMIN_NOT_FOUND" });
  const seen: unknown[] = [];
  for await (const one of followControl(socket, "/api/count?to=1&stay=1")) {
    seen.push(one);
    void scope.close();
  }
  assert.equal(seen.length, 1, "and a role that stops ends it");
});

test("the socket stands beside the configuration unless it says otherwise", () => {
  const schema = z.strictObject({ control: controlSection });
  assert.equal(parseConfig("/etc/tp/edge.yaml", "", schema).control.socket, "/etc/tp/run/control.sock");
  const named = "control: { socket: /run/tp/edge.sock }";
  assert.equal(parseConfig("/etc/tp/edge.yaml", named, schema).control.socket, "/run/tp/edge.sock");
});
