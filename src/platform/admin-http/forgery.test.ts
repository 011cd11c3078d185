import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdminPlugin, AdminSources } from "./index.ts";
import { failureOf } from "./index.ts";
import { adminWorld, basic, JSON_TYPE } from "./testing/admin-world.ts";

/** Takes forms, as the CMS API does: nothing but the guard stands between it and another site's page. */
const plugin: AdminPlugin = {
  prefix: "/api/v1",
  register: async (server, guard) => {
    server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    server.setErrorHandler((error, _request, reply) => {
      const { status, body } = failureOf(error as Parameters<typeof failureOf>[0]);
      return reply.code(status).send(body);
    });
    server.all("/*", async (request, reply) => {
      const who = await guard.who(request);
      return who ? { who, path: request.url, asked: request.originalUrl } : reply.code(401).send({});
    });
  },
};
const sources: AdminSources = { plugins: [plugin], routes: [{ method: "POST", path: "/api/thing", run: () => ({}) }] };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const HEADER = { "x-turnpike-admin": "1" };

test("only our own pages and programs change something: the matrix of credentials, header and site", async (context) => {
  const { ask, session } = await adminWorld(context, { sources });
  const cookie = await session();
  const post = async (path: string, by: "session" | "basic", headers: Record<string, string>) => {
    const own = by === "session" ? { headers: { ...headers, cookie } } : { auth: basic(), headers };
    const { status } = await ask(path, { method: "POST", body: "{}", ...own });
    return status;
  };
  const rows = [
    // by, header, sec-fetch-site, form to the plugin, JSON to a route
    ["session", true, undefined, 200, 200],
    ["session", true, "same-origin", 200, 200],
    ["session", true, "none", 200, 200],
    ["session", true, "same-site", 403, 415],
    ["session", true, "cross-site", 403, 415],
    ["session", false, undefined, 403, 403],
    ["session", false, "same-origin", 403, 403],
    ["session", false, "cross-site", 403, 415],
    ["basic", false, undefined, 200, 200],
    ["basic", false, "same-origin", 200, 200],
    ["basic", false, "same-site", 403, 415],
    ["basic", false, "cross-site", 403, 415],
    ["basic", true, "cross-site", 403, 415],
  ] as const;
  for (const [by, header, site, form, json] of rows) {
    const headers = { ...(header ? HEADER : {}), ...(site ? { "sec-fetch-site": site } : {}) };
    const got = [
      await post("/api/v1/coSpaces", by, { ...headers, ...FORM }),
      await post("/api/thing", by, { ...headers, ...JSON_TYPE }),
    ];
    assert.deepEqual(got, [form, json], `${by}, header ${header}, ${site}`);
  }
});

test("nobody is signed in or out by another site's page", async (context) => {
  const { ask, signIn, session } = await adminWorld(context);
  const foreign = { "sec-fetch-site": "cross-site" };
  assert.equal((await signIn("ann", {}, { headers: foreign })).status, 415);
  const bare = await ask("/api/session", {
    method: "POST",
    headers: JSON_TYPE,
    body: { username: "ann", password: "x" },
  });
  assert.deepEqual([bare.status, bare.json.error.code], [403, "ADMIN_FORGED"]);
  const cookie = await session();
  await ask("/api/session", { method: "DELETE", headers: { cookie, ...JSON_TYPE }, body: {} });
  assert.equal((await ask("/api/session", { headers: { cookie } })).status, 200);
});

test("a session counts before stored credentials of the browser", async (context) => {
  const accounts = { ann: "admin", eve: "read-only" } as const;
  const { ask, session } = await adminWorld(context, { sources, accounts });
  const cookie = await session("eve");
  const { json } = await ask("/api/v1/x", { auth: basic("ann"), headers: { cookie } });
  assert.deepEqual(json.who, { name: "eve", role: "read-only" });
});

test("a plugin has its prefix however it is written, and the rest of the path as it came", async (context) => {
  const { ask } = await adminWorld(context, { sources });
  for (const path of ["/api/v1/coSpaces?a=//b", "//api/v1/coSpaces?a=//b", "/API/v1//coSpaces?a=//b"]) {
    const { json } = await ask(path, { auth: basic() });
    assert.deepEqual(json, { who: { name: "ann", role: "admin" }, path: "/api/v1/coSpaces?a=//b", asked: path });
  }
  assert.equal((await ask("/api/v1/coSpaces")).status, 401);
});

test("Basic without a space, as one client of the API writes it, is taken", async (context) => {
  const { ask } = await adminWorld(context, { sources });
  const encoded = Buffer.from(basic()).toString("base64");
  for (const authorization of [`Basic${encoded}`, `basic ${encoded}`])
    assert.equal((await ask("/api/v1/x", { headers: { authorization } })).status, 200);
  for (const authorization of [
    `Bearer ${encoded}`,
    "Basic",
    "Basic ????",
    `Basic ${Buffer.from("ann").toString("base64")}`,
  ])
    assert.equal((await ask("/api/v1/x", { headers: { authorization } })).status, 401);
});
