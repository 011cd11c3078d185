import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import type { PortalAnswer } from "#bridge-link";
import type { Fields } from "#storage";
import { CLIENT, OidcProvider } from "../testing/oidc-provider.ts";
import { JOIN_HOST, signInWorld } from "../testing/world.ts";

const REDIRECT = `https://${JOIN_HOST}/api/auth/oidc/callback`;

async function oidcWorld(scope: Scope, more: Fields = {}) {
  const world = await signInWorld(scope);
  const provider = await OidcProvider.start(scope, REDIRECT);
  provider.accounts.set("ada-sub", { email: "Ada@Example.com", email_verified: true, name: "Ada Lovelace" });
  provider.accounts.set("bob-sub", { email: "bob@example.com", name: "Bob" });
  const { id } = await world.storage.change((writer) =>
    writer.insert({
      noun: "identityProvider",
      fields: {
        name: "Company",
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        caCertificate: provider.authority,
        ...more,
      },
    }),
  );
  const start = (query: Record<string, string> = {}) => world.ask("GET", `/auth/oidc/${id}/start`, { query });
  const finish = (url: URL, session: string | undefined) => {
    const query = Object.fromEntries(url.searchParams);
    return world.ask("GET", "/auth/oidc/callback", { query, ...(session === undefined ? {} : { session }) });
  };
  const signInAs = async (login: string) => {
    const { location, session } = await start();
    return finish(await provider.visit(location!, login), session);
  };
  const change = (fields: Record<string, string | boolean>) =>
    world.storage.change((writer) => writer.update("identityProvider", id, fields));
  return { ...world, provider, id, start, finish, signInAs, change };
}

/** The code with which the browser is sent back to the app. */
function failure({ status, location }: PortalAnswer): string | null {
  assert.equal(status, 302);
  const url = new URL(location!, `https://${JOIN_HOST}`);
  assert.equal(url.origin, `https://${JOIN_HOST}`);
  return url.searchParams.get("signInError");
}

test("a person signs in at the provider, becomes a user, and is the same user the next time", async () => {
  await using scope = new Scope();
  const { start, finish, provider, signIn, signInAs, storage, id } = await oidcWorld(scope);
  const begun = await start({ returnTo: "/spaces?tab=1" });
  assert.equal(begun.status, 302);
  const asked = new URL(begun.location!).searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  assert.equal(asked.get("redirect_uri"), REDIRECT);
  assert.equal(await signIn.sessionUser(begun.session!), undefined, "what is only begun is no session");
  const done = await finish(await provider.visit(begun.location!, "ada-sub"), begun.session);
  assert.equal(done.location, "/spaces?tab=1");
  const user = await signIn.sessionUser(done.session!);
  assert.deepEqual([user?.userJid, user?.name], ["ada@example.com", "Ada Lovelace"]);
  provider.accounts.set("ada-sub", { email: "ada@example.com", name: "Ada King" });
  const again = await signIn.sessionUser((await signInAs("ada-sub")).session!);
  assert.deepEqual([again?.userId, again?.name], [user?.userId, "Ada King"]);
  const stored = (await storage.get("user", user!.userId))!.fields;
  assert.deepEqual([stored.source, stored.identityProvider, stored.subject], ["oidc", id, "ada-sub"]);
});

test("an answer belongs to the browser that began it, within ten minutes, and no parameter of it can be changed", async () => {
  await using scope = new Scope();
  const { start, finish, provider, clock, person, signIn } = await oidcWorld(scope);
  const mine = await start();
  const url = await provider.visit(mine.location!, "ada-sub");
  assert.equal(failure(await finish(url, undefined)), "SIGN_IN_PROVIDER_LATE");
  const others = await start();
  assert.equal(failure(await finish(url, others.session)), "SIGN_IN_PROVIDER_LATE", "the victim of a login CSRF");
  const changed = (name: string, value: string) => {
    const copy = new URL(url);
    copy.searchParams.set(name, value);
    return finish(copy, mine.session);
  };
  assert.equal(failure(await changed("state", "x")), "SIGN_IN_PROVIDER_LATE");
  assert.equal(failure(await changed("iss", "https://evil.example")), "SIGN_IN_PROVIDER_REFUSED");
  assert.equal(failure(await changed("code", "x")), "SIGN_IN_PROVIDER_REFUSED");
  const signedIn = await person("someone@example.com");
  const away = await finish(url, signedIn.session);
  assert.equal(away.session, undefined, "a link of somebody else's does not sign anybody out");
  assert.ok(await signIn.sessionUser(signedIn.session));
  clock.advance(10 * 60_000 + 1000);
  assert.equal(failure(await finish(url, mine.session)), "SIGN_IN_PROVIDER_LATE");
});

test("a code of another sign-in is refused, and one code is good once", async () => {
  await using scope = new Scope();
  const { start, finish, provider } = await oidcWorld(scope);
  const first = await start();
  const second = await start();
  const url = await provider.visit(first.location!, "ada-sub");
  const injected = new URL(url);
  injected.searchParams.set("state", new URL(second.location!).searchParams.get("state")!);
  assert.equal(failure(await finish(injected, second.session)), "SIGN_IN_PROVIDER_REFUSED", "PKCE does not fit");
  const own = await provider.visit(second.location!, "bob-sub");
  assert.ok((await finish(own, second.session)).session);
  assert.equal(failure(await finish(own, second.session)), "SIGN_IN_PROVIDER_REFUSED");
});

test("a user of another origin is not taken over, nor one of the same provider with another subject", async () => {
  await using scope = new Scope();
  const { signInAs, addUser, provider, storage, logIn } = await oidcWorld(scope);
  await addUser("bob@example.com");
  assert.equal(failure(await signInAs("bob-sub")), "SIGN_IN_JID_TAKEN");
  assert.equal((await logIn("bob@example.com")).status, 200);
  await signInAs("ada-sub");
  provider.accounts.set("new-owner-of-the-address", { email: "ada@example.com", name: "Another" });
  assert.equal(failure(await signInAs("new-owner-of-the-address")), "SIGN_IN_JID_TAKEN");
  provider.accounts.set("ada-sub", { email: "bob@example.com", name: "Ada" });
  assert.ok((await signInAs("ada-sub")).session, "keeps the jid that it has");
  assert.deepEqual(
    (await storage.list("user")).objects.map(({ fields }) => fields.userJid),
    ["ada@example.com", "bob@example.com"],
  );
});

test("who has no usable, or no verified, address is told so", async () => {
  await using scope = new Scope();
  const { signInAs, provider, storage } = await oidcWorld(scope);
  provider.accounts.set("x", { name: "No address" });
  provider.accounts.set("y", { email: "not an address" });
  provider.accounts.set("z", { email: "z@example.com", email_verified: false });
  for (const login of ["x", "y", "z"]) assert.equal(failure(await signInAs(login)), "SIGN_IN_NO_JID");
  assert.equal((await storage.list("user")).total, 0);
});

test("a provider may change its keys at any time", async () => {
  await using scope = new Scope();
  const { signInAs, provider } = await oidcWorld(scope);
  assert.ok((await signInAs("ada-sub")).session);
  await provider.rotateKeys();
  assert.ok((await signInAs("ada-sub")).session);
});

test("a provider that is wrongly configured, not trusted, away or switched off says so, without its secret", async () => {
  await using scope = new Scope();
  const { signInAs, start, change, events, log, provider, finish } = await oidcWorld(scope);
  await change({ clientSecret: "wrong-client-secret" });
  assert.equal(failure(await signInAs("ada-sub")), "SIGN_IN_PROVIDER_REFUSED");
  const { location, session } = await start();
  const refused = new URL(REDIRECT);
  refused.searchParams.set("error", "access_denied");
  refused.searchParams.set("state", new URL(location!).searchParams.get("state")!);
  refused.searchParams.set("iss", provider.issuer);
  assert.equal(failure(await finish(refused, session)), "SIGN_IN_PROVIDER_REFUSED");
  await change({ issuer: `${provider.issuer}/elsewhere` });
  assert.equal(failure(await start()), "SIGN_IN_PROVIDER_DOWN");
  await change({ issuer: "https://localhost:1" });
  assert.equal(failure(await start()), "SIGN_IN_PROVIDER_DOWN");
  await change({ issuer: provider.issuer, caCertificate: "" });
  assert.equal(failure(await start()), "SIGN_IN_PROVIDER_DOWN");
  await change({ enabled: false });
  assert.equal(failure(await start()), "SIGN_IN_NO_PROVIDER");
  const lines = [...events.lines.map(({ text }) => text), ...log.lines.map((line) => JSON.stringify(line))].join("\n");
  assert.match(lines, /access_denied/);
  assert.match(lines, /certificate/);
  assert.doesNotMatch(lines, /client-secret/);
});

test("the browser goes back to the app and to nowhere else", async () => {
  await using scope = new Scope();
  const { start, finish, provider } = await oidcWorld(scope);
  for (const returnTo of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/a b\n",
  ]) {
    const { location, session } = await start({ returnTo });
    assert.equal((await finish(await provider.visit(location!, "ada-sub"), session)).location, "/");
  }
});
