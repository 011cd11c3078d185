import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { codeOf, INSIDE, originOf, said, signInWorld } from "../testing/world.ts";

test("a local user signs in, is known by the session, signs out, and the session is over", async () => {
  await using scope = new Scope();
  const { addUser, logIn, ask, signIn } = await signInWorld(scope);
  const user = await addUser("ada@example.com");
  const answer = await logIn("Ada@Example.com");
  const { token, user: self } = answer.body as { token: string; user: { id: string } };
  assert.equal(answer.status, 200);
  assert.equal(answer.session, token);
  assert.equal(self.id, user.id);
  assert.deepEqual(await signIn.sessionUser(token), {
    userId: user.id,
    userJid: "ada@example.com",
    name: "User ada@example.com",
  });
  assert.equal((await ask("GET", "/me", { session: token })).status, 200);
  const out = await ask("DELETE", "/auth", { session: token });
  assert.equal(out.session, "");
  assert.equal(await signIn.sessionUser(token), undefined);
  assert.equal(said(await ask("GET", "/me", { session: token })), "401 SIGN_IN_NEEDED");
});

test("one session that ends leaves the user's others alone, after two hundred sign-outs too", async () => {
  await using scope = new Scope();
  const { person, logIn, ask, signIn, storage } = await signInWorld(scope);
  const { session: stays, user } = await person("ada@example.com");
  for (let i = 0; i < 3; i++) await ask("DELETE", "/auth", { session: (await logIn("ada@example.com")).session! });
  assert.ok(await signIn.sessionUser(stays));
  const full = Array.from({ length: 170 }, (_, i) => `${"x".repeat(13)}${String(i).padStart(3, "0")}.zzzzzz`).join(" ");
  await storage.change((writer) => writer.update("user", user.id, { revokedSessions: full }));
  const last = (await logIn("ada@example.com")).session!;
  await ask("DELETE", "/auth", { session: last });
  assert.equal(await signIn.sessionUser(last), undefined, "no room to remember it alone, so all are over");
});

test("a session ends by time, by a new password, by removal of the user, and by a provider that is switched off", async () => {
  await using scope = new Scope();
  const { person, storage, clock, signIn } = await signInWorld(scope);
  const change = (id: string, fields: Record<string, string>) =>
    storage.change((writer) => writer.update("user", id, fields));
  const a = await person("a@example.com");
  await change(a.user.id, { passwordHash: "another" });
  assert.equal(await signIn.sessionUser(a.session), undefined);

  const b = await person("b@example.com");
  await storage.change((writer) => writer.remove("user", b.user.id));
  assert.equal(await signIn.sessionUser(b.session), undefined);

  const c = await person("c@example.com");
  const fields = { name: "P", issuer: "https://p.example.com", clientId: "c", enabled: false };
  const provider = await storage.change((writer) => writer.insert({ noun: "identityProvider", fields }));
  await change(c.user.id, { source: "oidc", identityProvider: provider.id });
  assert.equal(await signIn.sessionUser(c.session), undefined);

  const d = await person("d@example.com");
  clock.advance(11 * 3_600_000);
  assert.ok(await signIn.sessionUser(d.session));
  clock.advance(3_600_000);
  assert.equal(await signIn.sessionUser(d.session), undefined);
});

test("a token of another kind, another key or another shape is no session", async () => {
  await using scope = new Scope();
  const { person, signIn, storage } = await signInWorld(scope);
  const { session } = await person("a@example.com");
  const { SignJWT } = await import("jose");
  const claims = { at: Date.now(), pw: "" };
  const forged = new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setIssuer("turnpike").setSubject("x");
  const raw = await forged
    .setJti("x")
    .setExpirationTime("1h")
    .setAudience("turnpike-user")
    .sign(await storage.signingKey());
  const none = `${btoa('{"alg":"none"}').replaceAll("=", "")}.${session.split(".")[1]}.`;
  for (const token of ["", "x", "a.b.c", none, raw, session.slice(0, -2), "x".repeat(100_000)])
    assert.equal(await signIn.sessionUser(token), undefined);
});

test("refusals of an unknown user, a wrong password and an empty one are alike, in words and in time", async () => {
  await using scope = new Scope();
  const { addUser, logIn } = await signInWorld(scope);
  await addUser("ada@example.com");
  const seen: { text: string; ms: number }[] = [];
  for (const [name, password] of [
    ["ada@example.com", "wrong"],
    ["ada@example.com", ""],
    ["nobody@example.com", "wrong"],
    ["not a jid at all", "wrong"],
  ] as const) {
    const begun = performance.now();
    const answer = await logIn(name, password);
    seen.push({ text: JSON.stringify(answer), ms: Math.round((performance.now() - begun) / 400) * 400 });
  }
  assert.equal(codeOf(JSON.parse(seen[0]!.text)), "SIGN_IN_REFUSED");
  assert.equal(new Set(seen.map(({ text }) => text)).size, 1);
  assert.equal(new Set(seen.map(({ ms }) => ms)).size, 1, "all within one step of 400 ms");
});

test("guessing is stopped by account and by network; elsewhere the user still gets in", async () => {
  await using scope = new Scope();
  const { addUser, logIn, clock } = await signInWorld(scope);
  await addUser("ada@example.com");
  const guesses = (name: string, count: number, address: string) =>
    Promise.all(Array.from({ length: count }, () => logIn(name, "guess", originOf(address))));
  await guesses("ada@example.com", 10, "198.51.100.1");
  const stopped = await logIn("ada@example.com", "correct horse", originOf("198.51.100.1"));
  assert.equal(said(stopped), "429 SIGN_IN_RATE_LIMITED");
  assert.ok((stopped.body as { error: { retryAfter: number } }).error.retryAfter > 600);
  assert.equal((await logIn("ada@example.com", "correct horse", originOf("203.0.113.9"))).status, 200);
  const nobody = await guesses("nobody@example.com", 11, "203.0.113.77");
  assert.equal(nobody.filter(({ status }) => status === 429).length, 1, "the same for an account that does not exist");
  await Promise.all(Array.from({ length: 20 }, (_, i) => logIn(`n${i}@example.com`, "x", originOf("192.0.2.1"))));
  assert.equal(said(await logIn("other@example.com", "x", originOf("192.0.2.1"))), "429 SIGN_IN_RATE_LIMITED");
  clock.advance(15 * 60_000);
  assert.equal((await logIn("ada@example.com", "correct horse", originOf("198.51.100.1"))).status, 200);
});

test("what is not well formed is refused with the field's name, and hostile names stay on one line of the log", async () => {
  await using scope = new Scope();
  const { ask, logIn, events } = await signInWorld(scope);
  const cases: [unknown, string][] = [
    [undefined, "username"],
    ["text", "body"],
    [{ username: "a", password: 1 }, "password"],
    [{ username: ["a"], password: "b" }, "username"],
    [{ username: "a", password: "b".repeat(257) }, "password"],
    [{ username: "a", password: "b", admin: true }, "admin"],
  ];
  for (const [body, field] of cases) {
    const answer = await ask("POST", "/auth", { body });
    const { error } = answer.body as { error: { code: string; field: string; traceId: string } };
    assert.deepEqual([answer.status, error.code, error.field], [400, "PORTAL_BAD_REQUEST", field]);
    assert.equal(error.traceId, INSIDE.traceId);
  }
  await logIn("evil\n2026-01-01\tInfo\tall is well\u202e", "secret-password");
  const lines = events.lines.map(({ text }) => text);
  assert.ok(lines.some((line) => line.includes("unsuccessful login request from evil?2026")));
  assert.ok(!lines.some((line) => /[\n\t\u202e]/.test(line) || line.includes("secret-password")));
});

test("what does not exist is not found, with and without a session", async () => {
  await using scope = new Scope();
  const { ask, person } = await signInWorld(scope);
  const { as } = await person("a@example.com");
  for (const path of [
    "",
    "/",
    "/nothing",
    "/auth/oidc/1/start",
    "/cospaces/..",
    "/cospaces/1",
    `/${"x/".repeat(400)}`,
  ]) {
    assert.equal(said(await ask("GET", path)), "404 PORTAL_NOT_FOUND");
    assert.equal(said(await as("GET", path)), "404 PORTAL_NOT_FOUND");
  }
  assert.equal(said(await ask("GET", "/cospaces")), "401 SIGN_IN_NEEDED");
});

test("the ways to sign in are told: passwords once there is a user, and the providers that are in use", async () => {
  await using scope = new Scope();
  const { ask, addUser, storage } = await signInWorld(scope);
  assert.deepEqual((await ask("GET", "/auth/options")).body, { password: false, identityProviders: [] });
  await addUser("a@example.com");
  const add = (name: string, enabled: boolean) =>
    storage.change((writer) =>
      writer.insert({
        noun: "identityProvider",
        fields: { name, issuer: "https://p.example.com", clientId: "c", clientSecret: "very secret", enabled },
      }),
    );
  const { id } = await add("Company", true);
  await add("Old", false);
  assert.deepEqual((await ask("GET", "/auth/options")).body, {
    password: true,
    identityProviders: [{ id, name: "Company" }],
  });
});

test("where a Web Bridge's profile has no portal nothing is offered and nothing is there, but one can sign out", async () => {
  await using scope = new Scope();
  const { ask, person, storage } = await signInWorld(scope);
  const { session } = await person("a@example.com");
  const profile = await storage.change((writer) =>
    writer.insert({ noun: "webBridgeProfile", fields: { userPortalEnabled: false } }),
  );
  const { id: webBridge } = await storage.change((writer) =>
    writer.insert({ noun: "webBridge", fields: { url: "c2w://a:1", webBridgeProfile: profile.id } }),
  );
  const body = { username: "a@example.com", password: "correct horse" };
  const there = async () => [
    said(await ask("POST", "/auth", { body }, { ...INSIDE, webBridge })),
    said(await ask("GET", "/me", { session }, { ...INSIDE, webBridge })),
    said(await ask("GET", "/cospaces", {}, { ...INSIDE, webBridge })),
    said(await ask("GET", "/auth/oidc/callback", {}, { ...INSIDE, webBridge })),
  ];
  assert.deepEqual(await there(), Array(4).fill("404 PORTAL_NOT_FOUND"));
  const options = async (origin: typeof INSIDE) => (await ask("GET", "/auth/options", {}, origin)).body;
  assert.deepEqual(await options({ ...INSIDE, webBridge }), { password: false, identityProviders: [] });
  assert.deepEqual(await options(INSIDE), { password: true, identityProviders: [] });
  assert.equal(said(await ask("GET", "/me", { session })), "200");
  const out = await ask("DELETE", "/auth", { session }, { ...INSIDE, webBridge });
  assert.deepEqual([out.status, out.session], [204, ""]);
  await storage.change((writer) => writer.update("webBridgeProfile", profile.id, { userPortalEnabled: true }));
  assert.deepEqual(await there(), ["200", "401 SIGN_IN_NEEDED", "401 SIGN_IN_NEEDED", "302"]);
});
