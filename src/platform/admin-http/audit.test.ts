import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ManualClock, memoryLog } from "#base";
import { AuditTrail } from "./audit.ts";
import type { AdminSources } from "./index.ts";
import { adminWorld, basic, JSON_TYPE, OWN } from "./testing/admin-world.ts";

const sources: AdminSources = {
  routes: [{ method: "POST", path: "/api/thing/:id", run: () => ({}) }],
  plugins: [
    {
      prefix: "/api/v1",
      register: async (server, guard) => {
        server.put("/coSpaces/1", async (request, reply) => {
          if (!(await guard.who(request))) return reply.code(401).send();
          return reply.code(200).send();
        });
      },
    },
  ],
};

test("who signed in, failed, changed something and signed out stands in the trail, newest first", async (context) => {
  const accounts = { ann: "admin", eve: "read-only" } as const;
  const { ask, signIn, session, config } = await adminWorld(context, { sources, accounts });
  await signIn("ann", { password: "wrong-password" });
  const headers = { cookie: await session(), ...OWN };
  await ask("/api/thing/7?secret=1", { method: "POST", headers, body: { password: "hidden" } });
  await ask("/api/v1/coSpaces/1", { method: "PUT", auth: basic(), headers: JSON_TYPE, body: "{}" });
  await ask("/api/v1/coSpaces/1", { method: "PUT", headers: JSON_TYPE, body: "{}" });
  await ask("/api/thing/8", { method: "POST", auth: basic("eve"), headers: JSON_TYPE, body: {} });
  await ask("/api/session", { method: "DELETE", headers, body: {} });
  const { json } = await ask("/api/audit", { auth: basic() });
  const said = json.entries.map(({ what, who, via, path, status, from }: Record<string, unknown>) =>
    [what, who, via, path, status, from].filter((part) => part !== undefined).join(" "),
  );
  assert.deepEqual(said, [
    "signed out ann session 127.0.0.1",
    "changed eve basic /api/thing/8 403 127.0.0.1",
    "changed ann basic /api/v1/coSpaces/1 200 127.0.0.1",
    "changed ann session /api/thing/7 200 127.0.0.1",
    "signed in ann session 127.0.0.1",
    "sign-in refused ann session 127.0.0.1",
  ]);
  assert.doesNotMatch(readFileSync(config.auditFile, "utf8"), /hidden|secret|wrong-password/);
  const page = await ask(`/api/audit?limit=2&before=${json.entries[1].id}`, { auth: basic("eve") });
  assert.deepEqual(page.json.entries, json.entries.slice(2, 4));
  for (const query of ["limit=0", "limit=501", "before=x"])
    assert.equal((await ask(`/api/audit?${query}`, { auth: basic() })).status, 400);
});

test("files are rotated, five are kept, only their owner reads them, and they are read as one", async (context) => {
  const { dir } = await adminWorld(context);
  const file = join(dir, "small.log");
  const trail = new AuditTrail(file, { clock: new ManualClock(), log: memoryLog(), maxBytes: 1000 });
  for (let i = 0; i < 100; i++) trail.add({ what: "changed", who: `ann${i}`, from: "x".repeat(400) });
  await trail.flush();
  const names = readdirSync(dir).filter((name) => name.startsWith("small.log"));
  assert.deepEqual(names.toSorted(), ["small.log", "small.log.1", "small.log.2", "small.log.3", "small.log.4"]);
  for (const name of names) {
    assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600);
    assert.ok(statSync(join(dir, name)).size <= 1000);
  }
  const entries = await trail.read(Number.MAX_SAFE_INTEGER, 500);
  const last = Array.from({ length: entries.length }, (_, i) => `ann${99 - i}`);
  assert.deepEqual(
    entries.map(({ who }) => who),
    last,
  );
  assert.ok(entries.length >= 5);
});

test("refused sign-ins do not wash the changes out: the trail takes 500 of them an hour, the log all", async (context) => {
  const { dir } = await adminWorld(context);
  const [clock, log] = [new ManualClock(), memoryLog()];
  const trail = new AuditTrail(join(dir, "flood.log"), { clock, log });
  for (let i = 0; i < 600; i++) trail.add({ what: "sign-in refused", who: "ann", from: "192.0.2.1" });
  trail.add({ what: "changed", who: "ann", from: "192.0.2.1" });
  const entries = await trail.read(Number.MAX_SAFE_INTEGER, 1000);
  assert.deepEqual([entries.length, entries[0]!.what], [501, "changed"]);
  assert.equal(log.lines.length, 600);
});

test("a trail that cannot be written is told in the log, and the request is answered", async (context) => {
  const { dir } = await adminWorld(context);
  const log = memoryLog();
  const trail = new AuditTrail(dir, { clock: new ManualClock(), log });
  trail.add({ what: "signed in", who: "ann", from: "192.0.2.1" });
  await trail.flush();
  assert.ok(log.lines.some(({ level, event }) => level === "error" && event === "audit trail cannot be written"));
});
