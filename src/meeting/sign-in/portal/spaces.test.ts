import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { JOIN_HOST, said, signInWorld } from "../testing/world.ts";
import { PERMISSIONS } from "./membership.ts";

interface Space {
  readonly id: string;
  readonly name: string;
  readonly callId?: string;
  readonly link?: string;
  readonly passcode?: string;
  readonly uri?: string;
  readonly version: number;
  readonly permissions: Record<string, boolean>;
  readonly accessMethods: readonly { id: string; name: string; link: string; forHosts: boolean; passcode?: string }[];
}

const spaceIn = (answer: { readonly body?: unknown }) => answer.body as Space;

test("a user makes a space, sees it in the list, changes it and deletes it", async () => {
  await using scope = new Scope();
  const { person } = await signInWorld(scope);
  const { as } = await person("ada@example.com");
  const made = spaceIn(await as("POST", "/cospaces", { name: "  Board  ", passcode: "4711" }));
  assert.equal(made.name, "Board");
  assert.equal(made.passcode, "4711");
  assert.match(made.link!, new RegExp(`^https://${JOIN_HOST}/meeting/\\d{9}\\?secret=[\\w-]{22}$`));
  const listed = (await as("GET", "/cospaces")).body as { coSpaces: Space[] };
  assert.deepEqual(
    listed.coSpaces.map(({ id, name }) => ({ id, name })),
    [{ id: made.id, name: "Board" }],
  );
  await as("POST", "/cospaces", { name: "Another" });
  const second = await as("GET", "/cospaces", undefined, { offset: "1", limit: "1" });
  const { total, coSpaces } = second.body as { total: number; coSpaces: Space[] };
  assert.deepEqual([total, coSpaces.map(({ name }) => name)], [2, ["Board"]]);
  assert.equal(said(await as("GET", "/cospaces", undefined, { limit: "501" })), "400 PORTAL_BAD_REQUEST");
  const path = `/cospaces/${made.id}`;
  const changed = spaceIn(await as("PUT", path, { name: "Team", uri: "team", passcode: "", regenerateSecret: true }));
  assert.deepEqual([changed.name, changed.uri, changed.passcode], ["Team", "team", undefined]);
  assert.notEqual(changed.link, made.link);
  assert.equal((await as("DELETE", path)).status, 204);
  assert.equal(said(await as("GET", path)), "404 PORTAL_NOT_FOUND");
});

test("a space made from a template has its access methods; its owner sees the hosts' link, a plain member does not", async () => {
  await using scope = new Scope();
  const { person, addMember, storage } = await signInWorld(scope);
  const owner = await person("owner@example.com");
  const guest = await person("guest@example.com");
  const { coSpaceTemplates } = (await owner.as("GET", "/coSpaceTemplates")).body as {
    coSpaceTemplates: { id: string; name: string }[];
  };
  const lobby = coSpaceTemplates.find(({ name }) => /lobby/i.test(name))!;
  const space = spaceIn(await owner.as("POST", "/cospaces", { name: "Interview", coSpaceTemplateId: lobby.id }));
  assert.deepEqual(space.accessMethods.map(({ forHosts }) => forHosts).sort(), [false, true]);
  await addMember((await storage.get("coSpace", space.id))!, "guest@example.com");
  const shown = spaceIn(await guest.as("GET", `/cospaces/${space.id}`));
  assert.deepEqual(
    shown.accessMethods.map(({ forHosts }) => forHosts),
    [false],
  );
  const hosts = space.accessMethods.find(({ forHosts }) => forHosts)!;
  const invitationOf = (who: typeof owner, id: string, body: unknown) =>
    who.as("POST", `/cospaces/${space.id}/accessMethods/${id}/emailInvitation`, body);
  assert.equal(said(await invitationOf(guest, hosts.id, { language: "en_GB" })), "404 PORTAL_NOT_FOUND");
  const invitation = (await invitationOf(owner, hosts.id, { language: "pt_BR" })).body as Record<string, string>;
  assert.match(invitation.invitation!, /anfitrião/);
  assert.ok(invitation.invitation!.includes(hosts.link));
  const unknown = { name: "X", coSpaceTemplateId: "00000000-0000-4000-8000-000000000000" };
  assert.equal(said(await owner.as("POST", "/cospaces", unknown)), "400 PORTAL_BAD_REQUEST");
});

test("others' spaces are not there, whatever is asked of them", async () => {
  await using scope = new Scope();
  const { person, addSpace, addUser, addMember } = await signInWorld(scope);
  await addUser("owner@example.com");
  const space = await addSpace("Secret", "owner@example.com");
  const member = await addMember(space, "owner@example.com");
  const { as } = await person("stranger@example.com");
  const missing = "00000000-0000-4000-8000-000000000000";
  assert.deepEqual((await as("GET", "/cospaces")).body, { total: 0, coSpaces: [] });
  const asked = [
    ["GET", "", undefined],
    ["PUT", "", { name: "Mine" }],
    ["DELETE", "", undefined],
    ["GET", "/members", undefined],
    ["POST", "/members", { userJid: "stranger@example.com" }],
    ["PUT", `/members/${member.id}`, { canDestroy: true }],
    ["DELETE", `/members/${member.id}`, undefined],
    ["GET", "/accessMethods", undefined],
    ["GET", "/emailInvitation", undefined],
  ] as const;
  for (const [method, more, body] of asked) {
    const theirs = await as(method, `/cospaces/${space.id}${more}`, body);
    const nobodys = await as(method, `/cospaces/${missing}${more}`, body);
    assert.equal(said(theirs), "404 PORTAL_NOT_FOUND", `${method} ${more}`);
    assert.deepEqual(theirs, nobodys);
  }
});

const ACTS = [
  { permission: "canChangeName", method: "PUT", path: "", body: { name: "New" } },
  { permission: "canChangeUri", method: "PUT", path: "", body: { uri: "new.uri" } },
  { permission: "canChangeCallId", method: "PUT", path: "", body: { callId: "123456" } },
  { permission: "canChangePasscode", method: "PUT", path: "", body: { passcode: "998877" } },
  { permission: "canChangePasscode", method: "PUT", path: "", body: { regenerateSecret: true } },
  { permission: "canChangeNonMemberAccessAllowed", method: "PUT", path: "", body: { nonMemberAccess: false } },
  { permission: "canAddRemoveMember", method: "POST", path: "/members", body: { userJid: "third@example.com" } },
  { permission: "canRemoveSelf", method: "DELETE", path: "/members/self", body: undefined },
  { permission: "canDestroy", method: "DELETE", path: "", body: undefined },
] as const;

test("each act needs its own permission and no other", async () => {
  await using scope = new Scope();
  const { person, addSpace, addMember, addUser, storage } = await signInWorld(scope);
  await addUser("third@example.com");
  const { as } = await person("m@example.com");
  for (const act of ACTS)
    for (const given of PERMISSIONS) {
      const space = await addSpace("S");
      const none = Object.fromEntries(PERMISSIONS.map((one) => [one, one === given]));
      const member = await addMember(space, "m@example.com", none);
      const path = `/cospaces/${space.id}${act.path.replace("self", member.id)}`;
      const answer = await as(act.method, path, act.body);
      const leaves = act.permission === "canRemoveSelf" && given === "canAddRemoveMember";
      const allowed = act.permission === given || leaves;
      assert.equal(answer.status < 300, allowed, `${JSON.stringify(act)} with ${given}: ${said(answer)}`);
      if (!allowed) assert.equal(said(answer), "403 PORTAL_NOT_ALLOWED");
      await storage.change((writer) => writer.remove("coSpace", space.id));
    }
});

test("a change of several fields is done wholly or not at all", async () => {
  await using scope = new Scope();
  const { person, addSpace, addMember } = await signInWorld(scope);
  const { as } = await person("m@example.com");
  const space = await addSpace("Before");
  await addMember(space, "m@example.com", { canChangeName: true });
  const path = `/cospaces/${space.id}`;
  assert.equal(said(await as("PUT", path, { name: "After", passcode: "998877" })), "403 PORTAL_NOT_ALLOWED");
  assert.equal(spaceIn(await as("GET", path)).name, "Before");
});

test("what is taken, too short, malformed or changed meanwhile is refused with the field's name", async () => {
  await using scope = new Scope();
  const { person, addSpace } = await signInWorld(scope);
  const { as } = await person("m@example.com");
  await addSpace("Other", undefined, { uri: "taken", callId: "777777" });
  const space = spaceIn(await as("POST", "/cospaces", { name: "Mine" }));
  const path = `/cospaces/${space.id}`;
  const cases: [unknown, string][] = [
    [{ uri: "taken" }, "409 PORTAL_TAKEN uri"],
    [{ callId: "777777" }, "409 PORTAL_TAKEN callId"],
    [{ passcode: "123" }, "400 PORTAL_BAD_REQUEST passcode"],
    [{ callId: "12a" }, "400 PORTAL_BAD_REQUEST callId"],
    [{ uri: "a@b" }, "400 PORTAL_BAD_REQUEST uri"],
    [{ name: " " }, "400 PORTAL_BAD_REQUEST name"],
    [{ name: "a\u202eb" }, "400 PORTAL_BAD_REQUEST name"],
    [{ name: "x".repeat(201) }, "400 PORTAL_BAD_REQUEST name"],
    [{ tenant: "x" }, "400 PORTAL_BAD_REQUEST tenant"],
    [{ ownerJid: "x" }, "400 PORTAL_BAD_REQUEST ownerJid"],
    [{ name: "Late", version: space.version + 7 }, "409 PORTAL_CHANGED_MEANWHILE"],
  ];
  for (const [body, wanted] of cases) {
    const answer = await as("PUT", path, body);
    const { field } = (answer.body as { error: { field?: string } }).error;
    assert.equal([said(answer), field].filter(Boolean).join(" "), wanted, JSON.stringify(body));
  }
  assert.equal((await as("PUT", path, { name: "In time", version: space.version })).status, 200);
});
