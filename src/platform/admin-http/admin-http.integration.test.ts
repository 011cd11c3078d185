import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdminSources } from "./index.ts";
import { adminWorld, basic, JSON_TYPE, refusal } from "./testing/admin-world.ts";

const sources: AdminSources = {
  routes: [
    { method: "GET", path: "/api/thing/:id", run: ({ params, query }) => ({ ...params, ...query }) },
    { method: "POST", path: "/api/thing", run: ({ body, by, from }) => ({ got: body, by, from }) },
    { method: "PUT", path: "/api/thing/:id", run: ({ params }) => params },
    { method: "DELETE", path: "/api/thing/:id", run: () => undefined },
    { method: "GET", path: "/api/people", needs: "accounts", run: () => ({ people: [] }) },
    { method: "GET", path: "/api/broken", run: () => Promise.reject(new Error("inner words")) },
  ],
  metrics: { contentType: "text/plain; version=0.0.4; charset=utf-8", text: async () => "thing_up 1\n" },
};

test("nobody else sees anything, and a refused password is logged without it", async (context) => {
  const { ask, log } = await adminWorld(context, { sources });
  for (const auth of [undefined, "ann:wrong-password", "nobody:the-right-password", "ann:", `ann:${"x".repeat(300)}`])
    assert.equal((await ask("/api/people", { auth })).status, 401);
  const refused = log.lines.filter(({ event }) => event === "sign-in to the administration refused");
  assert.deepEqual(
    refused.map(({ fields }) => fields.who),
    ["ann", "(unknown)", "ann", "ann"],
    "a name that nobody has may be a password in the wrong field",
  );
  assert.doesNotMatch(JSON.stringify(log.lines), /wrong-|right-|nobody/);
});

test("a balancer learns without a password whether the role is ready, and by codes why not", async (context) => {
  const why: string[] = [];
  const { ask } = await adminWorld(context, { sources: { ...sources, notReady: () => why } });
  assert.deepEqual((await ask("/live")).json, { live: true });
  const ready = await ask("/ready");
  assert.deepEqual([ready.status, ready.json], [200, { ready: true, why: [] }]);
  why.push("TUNNEL_NO_CONNECTION");
  const not = await ask("/ready");
  assert.deepEqual([not.status, not.json], [503, { ready: false, why }]);
});

test("an administrator asks the role's routes and metrics; nobody else learns which there are", async (context) => {
  const { ask, log } = await adminWorld(context, { sources });
  const thing = await ask("/api/thing/7?all=1", { auth: basic() });
  assert.deepEqual([thing.status, thing.json], [200, { id: "7", all: "1" }]);
  assert.equal(thing.headers["cache-control"], "no-store");
  const metrics = await ask("/metrics", { auth: basic() });
  assert.equal(metrics.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  assert.equal(metrics.body, "thing_up 1\n");
  for (const path of ["/api/thing/7", "/metrics", "/api/unheard", "/unheard", "/api/audit"])
    assert.deepEqual(refusal(await ask(path)), [401, "ADMIN_SIGN_IN"], path);
  assert.deepEqual(refusal(await ask("/api/unheard", { auth: basic() })), [404, "ADMIN_NOT_FOUND"]);
  assert.ok(!log.lines.some(({ event }) => event === "administrator asked"), "reading is no change");
});

test("a change needs JSON from no other site, and is logged with the administrator's name", async (context) => {
  const { ask, log } = await adminWorld(context, { sources });
  const post = (headers: Record<string, string>, auth = basic()) =>
    ask("/api/thing", { method: "POST", auth, headers, body: { on: true } });
  assert.deepEqual(refusal(await post({ "content-type": "text/plain" })), [415, "ADMIN_NOT_JSON"]);
  assert.deepEqual(refusal(await post({ ...JSON_TYPE, "sec-fetch-site": "cross-site" })), [415, "ADMIN_NOT_JSON"]);
  assert.equal((await post(JSON_TYPE, basic("ann", "wrong"))).status, 401);
  assert.equal((await ask("/api/thing", { auth: basic() })).status, 404, "GET changes nothing");
  const { json } = await post(JSON_TYPE);
  assert.deepEqual(json, { got: { on: true }, by: { name: "ann", role: "admin" }, from: "127.0.0.1" });
  for (const method of ["PUT", "DELETE"])
    assert.equal((await ask("/api/thing/7", { method, auth: basic(), headers: JSON_TYPE, body: {} })).status, 200);
  assert.deepEqual(
    log.lines.filter(({ event }) => event === "administrator asked").map(({ fields }) => fields),
    ["/api/thing", "/api/thing/7", "/api/thing/7"].map((what) => ({ what, by: "ann" })),
  );
});

test("read-only looks and changes nothing, api changes all but accounts, admin everything", async (context) => {
  const accounts = { ann: "admin", rob: "api", eve: "read-only" } as const;
  const { ask } = await adminWorld(context, { sources, accounts });
  const may = async (name: string) => {
    const auth = basic(name);
    const change = { method: "POST", auth, headers: JSON_TYPE, body: {} };
    const answers = [
      await ask("/api/thing/7", { auth }),
      await ask("/api/thing", change),
      await ask("/api/people", { auth }),
    ];
    return answers.map(({ status }) => status);
  };
  assert.deepEqual(await may("ann"), [200, 200, 200]);
  assert.deepEqual(await may("rob"), [200, 200, 403]);
  assert.deepEqual(await may("eve"), [200, 403, 403]);
});

test("a fault of ours is told in the log alone", async (context) => {
  const { ask, log } = await adminWorld(context, { sources });
  const answer = await ask("/api/broken", { auth: basic() });
  assert.deepEqual(refusal(answer), [500, "ADMIN_FAILED"]);
  assert.doesNotMatch(answer.body, /inner/);
  assert.ok(log.lines.some(({ fields }) => fields.why === "inner words"));
});

test("browsers get no dialog of their own, programs a challenge", async (context) => {
  const { ask } = await adminWorld(context, { sources });
  const browsers: Record<string, string>[] = [{ accept: "text/html,*/*" }, { "sec-fetch-mode": "cors" }];
  for (const headers of browsers) {
    const { status, headers: answered } = await ask("/api/people", { headers });
    assert.deepEqual([status, answered["www-authenticate"]], [401, 'Session realm="Turnpike"']);
  }
  assert.match((await ask("/api/people")).headers["www-authenticate"]!, /^Basic /);
});

test("without an administrator the role runs, and says everywhere how to make the first", async (context) => {
  const { ask, signIn, log } = await adminWorld(context, { sources, accounts: {} });
  assert.ok(
    log.lines.some(({ level, fields }) => level === "warn" && /turnpike admin add/.test(String(fields.remedy))),
  );
  assert.deepEqual(refusal(await ask("/api/session")), [401, "ADMIN_NO_ACCOUNTS"]);
  assert.deepEqual(refusal(await signIn()), [401, "ADMIN_NO_ACCOUNTS"]);
});
