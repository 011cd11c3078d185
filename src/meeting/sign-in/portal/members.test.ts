import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { said, signInWorld } from "../testing/world.ts";

interface Member {
  readonly id: string;
  readonly userJid: string;
  readonly name: string;
  readonly owner: boolean;
  readonly canDestroy: boolean;
  readonly accessMethod?: string;
}

test("an owner adds a member, gives permissions and a role, and removes it again", async () => {
  await using scope = new Scope();
  const { person, storage } = await signInWorld(scope);
  const owner = await person("owner@example.com");
  const bob = await person("bob@example.com");
  const [template] = (await storage.list("coSpaceTemplate", { filter: "lobby" })).objects;
  const made = await owner.as("POST", "/cospaces", { name: "S", coSpaceTemplateId: template!.id });
  const space = made.body as { id: string; accessMethods: { id: string; forHosts: boolean }[] };
  const members = `/cospaces/${space.id}/members`;
  const guests = space.accessMethods.find(({ forHosts }) => !forHosts)!.id;
  const { id } = (await owner.as("POST", members, { userJid: "BOB@example.com", accessMethod: guests })).body as Member;
  const list = async () => ((await owner.as("GET", members)).body as { members: Member[] }).members;
  const view = (await list()).find((member) => member.id === id)!;
  assert.deepEqual(
    [view.userJid, view.name, view.owner, view.canDestroy, view.accessMethod],
    ["bob@example.com", "User bob@example.com", false, false, guests],
  );
  assert.equal((await bob.as("GET", `/cospaces/${space.id}`)).status, 200);
  assert.equal((await owner.as("PUT", `${members}/${id}`, { canDestroy: true, accessMethod: "" })).status, 204);
  const changed = (await list()).find((member) => member.id === id)!;
  assert.deepEqual([changed.canDestroy, changed.accessMethod], [true, undefined]);
  assert.equal((await owner.as("DELETE", `${members}/${id}`)).status, 204);
  assert.equal(said(await bob.as("GET", `/cospaces/${space.id}`)), "404 PORTAL_NOT_FOUND");
});

test("nobody gives, or takes, a permission or a role that they do not have", async () => {
  await using scope = new Scope();
  const { person, addUser, storage, addMember } = await signInWorld(scope);
  const owner = await person("owner@example.com");
  const helper = await person("helper@example.com");
  await addUser("friend@example.com");
  const [template] = (await storage.list("coSpaceTemplate", { filter: "lobby" })).objects;
  const made = await owner.as("POST", "/cospaces", { name: "S", coSpaceTemplateId: template!.id });
  const { id: spaceId, accessMethods } = made.body as {
    id: string;
    accessMethods: { id: string; forHosts: boolean }[];
  };
  const hosts = accessMethods.find(({ forHosts }) => forHosts)!.id;
  const space = (await storage.get("coSpace", spaceId))!;
  const own = await addMember(space, "helper@example.com", { canAddRemoveMember: true });
  const members = `/cospaces/${spaceId}/members`;
  const add = (more: object) => helper.as("POST", members, { userJid: "friend@example.com", ...more });
  assert.equal(said(await add({ canDestroy: true })), "403 PORTAL_NOT_ALLOWED");
  assert.equal(said(await add({ accessMethod: hosts })), "400 PORTAL_BAD_REQUEST");
  assert.equal(said(await helper.as("PUT", `${members}/${own.id}`, { canDestroy: true })), "403 PORTAL_NOT_ALLOWED");
  const friend = (await add({ canAddRemoveMember: true })).body as Member;
  await owner.as("PUT", `${members}/${friend.id}`, { canDestroy: true });
  assert.equal(
    said(await helper.as("PUT", `${members}/${friend.id}`, { canDestroy: false })),
    "403 PORTAL_NOT_ALLOWED",
  );
  const [ownersOwn] = (await storage.list("coSpaceUser", { where: { userId: owner.user.id } })).objects;
  for (const [method, body] of [
    ["DELETE", undefined],
    ["PUT", { canAddRemoveMember: true }],
  ] as const)
    assert.equal(said(await helper.as(method, `${members}/${ownersOwn!.id}`, body)), "403 PORTAL_NOT_ALLOWED");
});

test("a member is somebody of the same tenant, once, and of this space", async () => {
  await using scope = new Scope();
  const { person, addUser, storage, addSpace, addMember } = await signInWorld(scope);
  const tenant = await storage.change((writer) => writer.insert({ noun: "tenant", fields: { name: "T" } }));
  const owner = await person("owner@example.com");
  await addUser("inside@example.com");
  await addUser("outside@example.com", "correct horse", { tenant: tenant.id });
  const { id } = (await owner.as("POST", "/cospaces", { name: "S" })).body as { id: string };
  const members = `/cospaces/${id}/members`;
  const add = (userJid: string) => owner.as("POST", members, { userJid });
  const nobody = await add("nobody@example.com");
  assert.equal(said(nobody), "400 PORTAL_BAD_REQUEST");
  assert.deepEqual(await add("outside@example.com"), nobody);
  assert.equal((await add("inside@example.com")).status, 200);
  assert.equal(said(await add("inside@example.com")), "409 PORTAL_TAKEN");
  const elsewhere = await addMember(await addSpace("Other"), "inside@example.com");
  assert.equal(said(await owner.as("DELETE", `${members}/${elsewhere.id}`)), "404 PORTAL_NOT_FOUND");
});

test("users are looked up by a part of the name, within the tenant, not too often, and never with their secrets", async () => {
  await using scope = new Scope();
  const { person, addUser, storage, clock } = await signInWorld(scope);
  const tenant = await storage.change((writer) => writer.insert({ noun: "tenant", fields: { name: "T" } }));
  const { as } = await person("owner@example.com");
  await addUser("maria@example.com", "correct horse", { name: "María 100%" });
  await addUser("mario@other.example", "correct horse", { tenant: tenant.id });
  const find = (query: string) => as("GET", "/userLookup", undefined, { query });
  assert.deepEqual((await find("MARÍA")).body, {
    users: [{ userJid: "maria@example.com", name: "María 100%", email: undefined }],
  });
  assert.deepEqual((await find("100%")).body, (await find("maria@")).body);
  assert.deepEqual((await find("argon2")).body, { users: [] });
  assert.equal(said(await find("ma")), "400 PORTAL_BAD_REQUEST");
  for (let i = 0; i < 40; i++) await find("maria");
  assert.equal(said(await find("maria")), "429 SIGN_IN_RATE_LIMITED");
  clock.advance(60_000);
  assert.equal((await find("maria")).status, 200);
});
