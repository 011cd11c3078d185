import assert from "node:assert/strict";
import type { OutgoingHttpHeaders } from "node:http";
import { test } from "node:test";
import { Scope } from "#base";
import type { ControlAction, JoinAnswer, JoinRequest, PortalAnswer, PortalRequest } from "#bridge-link";
import { ADMITTED, echoService, ORIGIN } from "../bridge-link/testing.ts";
import { type World, world } from "./testing.ts";

const COOKIE = { cookie: "__Host-turnpike-session=tok" };
const OWN_PAGE = { "sec-fetch-site": "same-origin" };

async function portalWorld(scope: Scope, answer: Partial<PortalAnswer> = {}) {
  const w = await world(scope);
  const asked: PortalRequest[] = [];
  const joins: JoinRequest[] = [];
  const portal = async (request: PortalRequest) => {
    asked.push(request);
    return { status: 200, body: { ok: true }, ...answer };
  };
  const join = async (request: JoinRequest) => {
    joins.push(request);
    return ADMITTED;
  };
  await w.link(scope, echoService({ portal, join }));
  return { w, asked, joins };
}

test("what is under /api and no join is the portal's: method, path, query, body and session go there, its answer comes back", async () => {
  await using scope = new Scope();
  const { w, asked } = await portalWorld(scope, { status: 201 });
  const answer = await w.ask("POST", "/api/cospaces?x=1", { body: { name: "N" }, headers: { ...COOKIE, ...OWN_PAGE } });
  assert.deepEqual([answer.status, answer.json, answer.headers["cache-control"]], [201, { ok: true }, "no-store"]);
  await w.ask("GET", "/api/cospaces/7", { headers: { authorization: "Bearer b-tok" } });
  assert.deepEqual(asked, [
    { method: "POST", path: "/cospaces", query: { x: "1" }, session: "tok", body: { name: "N" } },
    { method: "GET", path: "/cospaces/7", query: {}, session: "b-tok" },
  ]);
});

test("a session is kept in a cookie that no script reads and no other site sends along, and is taken away again", async () => {
  await using scope = new Scope();
  const { w } = await portalWorld(scope, { session: "new-token" });
  const [kept = ""] = (await w.ask("POST", "/api/auth", { body: {} })).headers["set-cookie"] ?? [];
  assert.equal(kept, "__Host-turnpike-session=new-token; Path=/; HttpOnly; Secure; SameSite=Lax");
  const other = await portalWorld(scope, { session: "", status: 204, body: undefined });
  const [gone = ""] = (await other.w.ask("DELETE", "/api/auth", { headers: { ...COOKIE, "x-turnpike": "1" } })).headers[
    "set-cookie"
  ] ?? [""];
  assert.match(gone, /^__Host-turnpike-session=; .*Expires=Thu, 01 Jan 1970/);
});

test("a sign-in at a provider is sent there", async () => {
  await using scope = new Scope();
  const { w } = await portalWorld(scope, {
    status: 302,
    location: "https://idp.example/authorize?x=1",
    body: undefined,
  });
  const answer = await w.ask("GET", "/api/auth/oidc");
  assert.deepEqual([answer.status, answer.headers.location], [302, "https://idp.example/authorize?x=1"]);
});

test("a page of another site can do nothing with a user's cookie", async () => {
  await using scope = new Scope();
  const { w, asked, joins } = await portalWorld(scope);
  const forged = async (path: string, headers: OutgoingHttpHeaders, body: unknown = { callId: "1", name: "A" }) => {
    const { status, json } = await w.ask("POST", path, { body, headers: { ...COOKIE, ...headers } });
    return `${status} ${json.error?.code ?? ""}`;
  };
  for (const path of ["/api/cospaces", "/api/join"])
    for (const headers of [{}, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }])
      assert.equal(await forged(path, headers), "403 WEB_BRIDGE_FORGED");
  assert.deepEqual([asked.length, joins.length], [0, 0]);
  assert.match(await forged("/api/cospaces", { "x-turnpike": "1" }), /^200/);
  assert.match(await forged("/api/join", OWN_PAGE), /^200/);
  assert.equal(joins[0]?.session, "tok");
});

test("64 KiB of body are taken, and no more", async () => {
  await using scope = new Scope();
  const { w } = await portalWorld(scope);
  assert.equal((await w.ask("POST", "/api/cospaces", { body: { text: "x".repeat(60_000) } })).status, 200);
  assert.equal((await w.ask("POST", "/api/cospaces", { body: { text: "x".repeat(66_000) } })).status, 400);
});

const WAITING: JoinAnswer = {
  result: "waiting",
  space: { name: "Board room", callId: "123456789" },
  participant: { identity: "guest-1", name: "Ana" },
  token: "l.o.b",
  why: "host-not-here",
  traceId: ORIGIN.traceId,
};

test("who must wait is told so, and asks the lobby until it is let in; a refusal has its status", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const gone = { code: "LOBBY_GONE", message: "You are no longer waiting.", traceId: ORIGIN.traceId };
  const lobby = async (token: string): Promise<JoinAnswer> =>
    token === "l.o.b" ? ADMITTED : { result: "refused", error: gone };
  await w.link(scope, echoService({ join: async () => WAITING, lobby }));
  assert.deepEqual((await w.ask("POST", "/api/join", { body: { callId: "123456789", name: "Ana" } })).json, WAITING);
  assert.deepEqual((await w.ask("POST", "/api/lobby", { body: { token: "l.o.b" } })).json, ADMITTED);
  const late = await w.ask("POST", "/api/lobby", { body: { token: "old" } });
  assert.deepEqual([late.status, late.json], [410, { error: gone }]);
  assert.equal((await w.ask("POST", "/api/lobby", { body: {} })).status, 400);
});

test("a participant steers its meeting by token and action; nonsense never reaches the Call Bridge", async () => {
  await using scope = new Scope();
  const w = await world(scope);
  const seen: [string, ControlAction][] = [];
  const refused = { code: "CONTROL_NOT_ALLOWED", message: "You may not.", traceId: ORIGIN.traceId };
  const control = async (token: string, action: ControlAction) => {
    seen.push([token, action]);
    return action.do === "lock" ? ({ done: true } as const) : ({ done: false, error: refused } as const);
  };
  await w.link(scope, echoService({ control }));
  const ask = (w: World, action: unknown) => w.ask("POST", "/api/control", { body: { token: "t", action } });
  assert.deepEqual((await ask(w, { do: "lock" })).json, { done: true });
  const answer = await ask(w, { do: "mute", participant: "guest-1" });
  assert.deepEqual([answer.status, answer.json.error.code], [403, "CONTROL_NOT_ALLOWED"]);
  for (const bad of [{ do: "dance" }, { do: "mute" }, { do: "mute", participant: 7 }, "lock", null])
    assert.equal((await ask(w, bad)).status, 400);
  assert.deepEqual(seen, [
    ["t", { do: "lock" }],
    ["t", { do: "mute", participant: "guest-1" }],
  ]);
});

test("a space is asked for by its address too: only the user part travels", async () => {
  await using scope = new Scope();
  const { w, joins } = await portalWorld(scope);
  for (const uri of ["board.room", "Board.Room@example.com", "sip:board.room@example.com"])
    assert.equal((await w.ask("POST", "/api/join", { body: { uri, name: "Ana" } })).status, 200);
  assert.deepEqual(
    joins.map(({ callId }) => callId),
    ["board.room", "Board.Room", "board.room"],
  );
});
