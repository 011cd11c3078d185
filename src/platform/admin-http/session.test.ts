import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword } from "./index.ts";
import { adminWorld, basic, cookieOf, OWN, PASSWORD, refusal } from "./testing/admin-world.ts";

const MINUTE = 60_000;
const accounts = { ann: "admin", rob: "api", eve: "read-only" } as const;

test("who signs in gets a cookie that only this server's own pages have, and is known by it until signing out", async (context) => {
  const { signIn, ask, clock } = await adminWorld(context, { accounts });
  const answer = await signIn("eve");
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, {
    administrator: { name: "eve", role: "read-only", totp: false },
    session: { idleEnd: clock.now() + 30 * MINUTE, latestEnd: clock.now() + 12 * 60 * MINUTE },
  });
  assert.match(
    answer.headers["set-cookie"]![0]!,
    /^__Host-turnpike-admin=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const cookie = cookieOf(answer);
  assert.deepEqual((await ask("/api/session", { headers: { cookie } })).json, answer.json);
  const out = await ask("/api/session", { method: "DELETE", headers: { cookie, ...OWN }, body: {} });
  assert.match(out.headers["set-cookie"]![0]!, /^__Host-turnpike-admin=; /);
  assert.deepEqual(refusal(await ask("/api/session", { headers: { cookie } })), [401, "ADMIN_SIGN_IN"]);
  const again = await ask("/api/session", { method: "DELETE", headers: { cookie, ...OWN }, body: {} });
  assert.equal(again.status, 200, "signing out twice is no fault");
});

test("wrong names, wrong passwords, programs' accounts and malformed bodies get no session", async (context) => {
  const { signIn, ask } = await adminWorld(context, { accounts });
  const cases = [
    [await signIn("ann", { password: "another-password" }), 401, "ADMIN_SIGN_IN_FAILED"],
    [await signIn("nobody"), 401, "ADMIN_SIGN_IN_FAILED"],
    [await signIn("rob"), 403, "ADMIN_API_ONLY"],
    [await signIn("rob", { password: "another-password" }), 401, "ADMIN_SIGN_IN_FAILED"],
    [await signIn("ann", { password: 7 }), 400, "ADMIN_BAD_REQUEST"],
    [await signIn("ann", { more: 7 }), 400, "ADMIN_BAD_REQUEST"],
    [await ask("/api/session", { method: "POST", headers: OWN, body: "{" }), 400, "ADMIN_BAD_REQUEST"],
  ] as const;
  for (const [answer, status, code] of cases) {
    assert.deepEqual(refusal(answer), [status, code]);
    assert.equal(answer.headers["set-cookie"], undefined);
    assert.doesNotMatch(answer.body, /another-password/);
  }
});

test("an id that somebody put into the browser before is never the session's", async (context) => {
  const { signIn, ask, session } = await adminWorld(context);
  const planted = `__Host-turnpike-admin=${"a".repeat(43)}`;
  const fresh = cookieOf(await signIn("ann", {}, { headers: { cookie: planted } }));
  assert.notEqual(fresh, planted);
  assert.equal((await ask("/api/session", { headers: { cookie: planted } })).status, 401);
  const other = await session();
  const next = cookieOf(await signIn("ann", {}, { headers: { cookie: other } }));
  assert.notEqual(next, other);
  assert.equal((await ask("/api/session", { headers: { cookie: other } })).status, 401, "the old one has ended");
});

test("a session ends when nothing is done for 30 minutes, and after 12 hours whatever is done", async (context) => {
  const { ask, session, clock } = await adminWorld(context);
  const idle = await session();
  const look = async (cookie: string, headers = {}) =>
    (await ask("/api/session", { headers: { cookie, ...headers } })).status;
  clock.advance(29 * MINUTE);
  assert.equal(await look(idle), 200);
  clock.advance(29 * MINUTE);
  assert.equal(await look(idle, { "x-turnpike-background": "1" }), 200, "lives, and is not kept alive by this");
  clock.advance(MINUTE);
  assert.equal(await look(idle), 401);
  const busy = await session();
  for (let i = 0; i < 35; i++) {
    clock.advance(20 * MINUTE);
    assert.equal(await look(busy), 200);
  }
  clock.advance(20 * MINUTE);
  assert.equal(await look(busy), 401);
});

test("an account has twenty sessions, and the one that was longest idle makes room", async (context) => {
  const { ask, session, clock } = await adminWorld(context);
  const cookies: string[] = [];
  for (let i = 0; i < 21; i++) {
    cookies.push(await session());
    clock.advance(1000);
  }
  const states = await Promise.all(cookies.map((cookie) => ask("/api/session", { headers: { cookie } })));
  assert.deepEqual(
    states.map(({ status }) => status),
    [401, ...Array.from({ length: 20 }, () => 200)],
  );
});

test("a changed password and a removed account end their sessions at once, and a changed role holds at once", async (context) => {
  const { ask, session, update } = await adminWorld(context, { accounts });
  const [ann, eve] = [await session("ann"), await session("eve")];
  const passwordHash = await hashPassword("another-password");
  await update((list) =>
    list
      .filter(({ name }) => name !== "eve")
      .map((account) => (account.name === "ann" ? { ...account, passwordHash } : account)),
  );
  for (const cookie of [ann, eve]) assert.equal((await ask("/api/session", { headers: { cookie } })).status, 401);
  const next = await session("ann", { password: "another-password" });
  await update((list) => list.map((account) => ({ ...account, role: "read-only" })));
  const { json } = await ask("/api/session", { headers: { cookie: next } });
  assert.equal(json.administrator.role, "read-only");
});

test("a broken file of accounts changes nothing and is told in the log; a mended one holds again", async (context) => {
  const { ask, session, update, accountsFile, log } = await adminWorld(context);
  const { readFileSync, writeFileSync } = await import("node:fs");
  const good = readFileSync(accountsFile, "utf8");
  const cookie = await session();
  writeFileSync(accountsFile, "{ broken");
  for (let i = 0; i < 2; i++) assert.equal((await ask("/api/session", { headers: { cookie } })).status, 200);
  assert.equal(log.lines.filter(({ event }) => event === "administrators not read again").length, 1);
  writeFileSync(accountsFile, good);
  await update(() => []);
  assert.equal((await ask("/api/session", { headers: { cookie } })).status, 401);
});

test("the owner changes the password with the old one, stays signed in, and is signed out elsewhere", async (context) => {
  const { ask, session, signIn } = await adminWorld(context, { accounts });
  const [here, elsewhere] = [await session("eve"), await session("eve")];
  const change = (body: object, cookie = here) =>
    ask("/api/session/password", { method: "PUT", headers: { cookie, ...OWN }, body });
  const next = "a-better-password";
  assert.deepEqual(refusal(await change({ password: "wrong-password", newPassword: next })), [
    401,
    "ADMIN_SIGN_IN_FAILED",
  ]);
  assert.deepEqual(refusal(await change({ password: PASSWORD, newPassword: "short" })), [400, "ADMIN_PASSWORD_WEAK"]);
  const answer = await change({ password: PASSWORD, newPassword: next });
  assert.equal(answer.status, 200);
  assert.equal((await ask("/api/session", { headers: { cookie: cookieOf(answer) } })).status, 200);
  for (const cookie of [here, elsewhere])
    assert.equal((await ask("/api/session", { headers: { cookie } })).status, 401);
  assert.equal((await signIn("eve")).status, 401);
  assert.equal((await signIn("eve", { password: next })).status, 200);
  const byBasic = await ask("/api/session/password", {
    ...{ method: "PUT", auth: basic("ann"), headers: OWN },
    body: { password: PASSWORD, newPassword: next },
  });
  assert.deepEqual(refusal(byBasic), [403, "ADMIN_NEEDS_SESSION"]);
});
