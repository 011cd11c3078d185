import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { addLocalUser, removeLocalUser, setLocalPassword } from "./local-users.ts";
import { signInWorld } from "./testing/world.ts";

const ADA = { userJid: "ada@example.com", password: "correct horse", name: "Ada" };

test("a user is added, gets a new password, which ends the sessions, and is removed with the memberships", async () => {
  await using scope = new Scope();
  const { storage, logIn, signIn, addSpace, addMember, clock } = await signInWorld(scope);
  await addLocalUser(storage, ADA);
  const space = await addSpace("S", "ada@example.com");
  await addMember(space, "ada@example.com");
  const { session } = await logIn("ada@example.com");
  await setLocalPassword(storage, "ADA@example.com", "battery staple", clock);
  assert.equal(await signIn.sessionUser(session!), undefined);
  assert.equal((await logIn("ada@example.com")).status, 401);
  assert.equal((await logIn("ada@example.com", "battery staple")).status, 200);
  await removeLocalUser(storage, "ada@example.com");
  assert.equal((await storage.list("coSpaceUser")).total, 0);
  assert.equal((await storage.get("coSpace", space.id))?.fields.ownerJid, undefined);
});

test("names that are none, weak passwords, users twice, unknown ones and those of a directory are refused", async () => {
  await using scope = new Scope();
  const { storage, addUser, clock } = await signInWorld(scope);
  await addLocalUser(storage, ADA);
  await addUser("ldap@example.com", "correct horse", { source: "ldap" });
  const refused = (promise: Promise<unknown>, code: string) => assert.rejects(promise, { code });
  for (const userJid of ["ada", "a b@c", "", "a@b@c", `${"x".repeat(260)}@example.com`])
    await refused(addLocalUser(storage, { ...ADA, userJid }), "USER_BAD_JID");
  for (const password of ["", "seven77", "x".repeat(257)])
    await refused(addLocalUser(storage, { ...ADA, password }), "USER_WEAK_PASSWORD");
  await refused(addLocalUser(storage, { ...ADA, userJid: "ADA@EXAMPLE.com" }), "USER_EXISTS");
  await refused(setLocalPassword(storage, "nobody@example.com", "correct horse", clock), "USER_UNKNOWN");
  await refused(setLocalPassword(storage, "ldap@example.com", "correct horse", clock), "USER_NOT_LOCAL");
  await refused(removeLocalUser(storage, "ldap@example.com"), "USER_NOT_LOCAL");
});
