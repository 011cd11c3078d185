import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import type { Fields } from "#storage";
import { READER, Slapd, SUFFIX } from "../testing/slapd.ts";
import { said, signInWorld } from "../testing/world.ts";

const PEOPLE = [
  { uid: "ada", cn: "Ada Lovelace", mail: "ada@example.com", password: "analytical engine" },
  { uid: "bob", cn: "Bob (the) B*ilder", mail: "bob@example.com", password: "can we fix it" },
  { uid: "nomail", cn: "No Mail", password: "x" },
];
const MAIL = { jidMapping: "$mail$", nameMapping: "$cn$" };

async function ldapWorld(scope: Scope, mapping: Fields = MAIL, people = PEOPLE, more: { filter?: string } = {}) {
  const world = await signInWorld(scope);
  const slapd = await Slapd.start(scope, people);
  const { storage, signIn, events } = world;
  const insert = (noun: string, fields: Fields) => storage.change((writer) => writer.insert({ noun, fields }));
  const server = await insert("ldapServer", {
    address: "localhost",
    portNumber: slapd.tlsPort,
    secure: true,
    username: READER.dn,
    password: READER.password,
    caCertificate: slapd.authority,
  });
  const map = await insert("ldapMapping", mapping);
  const sourceOf = (ou: string) =>
    insert("ldapSource", { server: server.id, mapping: map.id, baseDn: `ou=${ou},${SUFFIX}`, ...more });
  const source = await sourceOf("people");
  const sync = async (parameters: object = {}) => {
    const { id } = signIn.ldapSyncs.start({ removeWhenFinished: false, ...parameters });
    await signIn.ldapSyncs.idle();
    return signIn.ldapSyncs.get(id)!;
  };
  const jids = async () => (await storage.list("user")).objects.map(({ fields }) => fields.userJid);
  const warnings = () => events.lines.filter(({ level }) => level !== "info").map(({ text }) => text);
  return { ...world, slapd, server, source, sourceOf, insert, sync, jids, warnings };
}

test("users of a directory are imported and sign in with the directory's password, and with no other", async () => {
  await using scope = new Scope();
  const { sync, jids, logIn, storage } = await ldapWorld(scope);
  const done = await sync();
  assert.deepEqual([done.state, done.numUsersImported, done.numLdapSourcesComplete], ["complete", 2, 1]);
  assert.deepEqual(await jids(), ["ada@example.com", "bob@example.com"]);
  const answer = await logIn("ada@example.com", "analytical engine");
  assert.equal((answer.body as { user: { name: string } }).user.name, "Ada Lovelace");
  for (const password of ["difference engine", "", "can we fix it"])
    assert.equal(said(await logIn("ada@example.com", password)), "401 SIGN_IN_REFUSED");
  const before = (await storage.list("user")).objects.map(({ version }) => version);
  await sync();
  assert.deepEqual(
    (await storage.list("user")).objects.map(({ version }) => version),
    before,
    "nothing is written twice",
  );
});

test("who leaves is removed with the memberships and the session, who is renamed or moved keeps them", async () => {
  await using scope = new Scope();
  const { sync, jids, slapd, logIn, signIn, addSpace, addMember, storage } = await ldapWorld(scope);
  await sync();
  const space = await addSpace("S", "bob@example.com");
  await addMember(space, "ada@example.com");
  await addMember(space, "bob@example.com");
  const { session } = await logIn("ada@example.com", "analytical engine");
  slapd.modify(`dn: uid=bob,ou=people,${SUFFIX}\nchangetype: modify\nreplace: mail\nmail: robert@example.com\n`);
  slapd.modify(`dn: uid=ada,ou=people,${SUFFIX}\nchangetype: delete\n`);
  assert.equal((await sync()).state, "complete");
  assert.deepEqual(await jids(), ["robert@example.com"]);
  assert.equal(await signIn.sessionUser(session!), undefined);
  const members = await storage.list("coSpaceUser", { parent: space.id });
  assert.deepEqual(
    members.objects.map(({ fields }) => fields.userJid),
    ["robert@example.com"],
  );
  assert.equal((await storage.get("coSpace", space.id))?.fields.ownerJid, "robert@example.com");
  slapd.modify(`dn: uid=bob,ou=people,${SUFFIX}\nchangetype: modrdn\nnewrdn: uid=robert\ndeleteoldrdn: 1\n`);
  assert.equal((await logIn("robert@example.com", "can we fix it")).status, 200, "found although it moved since");
});

test("who left the directory, or the source's filter, cannot sign in before the next import either", async () => {
  await using scope = new Scope();
  const { sync, slapd, logIn } = await ldapWorld(scope, MAIL, PEOPLE, { filter: "(!(employeeType=former))" });
  await sync();
  slapd.modify(`dn: uid=ada,ou=people,${SUFFIX}\nchangetype: modify\nadd: employeeType\nemployeeType: former\n`);
  assert.equal(said(await logIn("ada@example.com", "analytical engine")), "401 SIGN_IN_REFUSED");
  assert.equal((await logIn("bob@example.com", "can we fix it")).status, 200);
});

test("a jid that two have, or somebody of another origin has, is a clash: nobody is taken over", async () => {
  await using scope = new Scope();
  const twice = [...PEOPLE, { uid: "ada2", cn: "Ada Two", mail: "ADA@example.com", password: "y" }];
  const { sync, jids, addUser, storage, warnings, logIn } = await ldapWorld(scope, MAIL, twice);
  await addUser("bob@example.com");
  const done = await sync();
  assert.deepEqual([done.state, done.failureReason, done.numUsersImported], ["failed", "clashOccurred", 0]);
  assert.deepEqual(await jids(), ["bob@example.com"]);
  assert.equal((await storage.list("user")).objects[0]!.fields.source, "local");
  assert.equal((await logIn("bob@example.com")).status, 200);
  assert.equal(warnings().filter((line) => line.includes("clash")).length, 2);
});

test("a directory that is away, refuses the reader or shows nothing removes nobody, and raises an alarm that ends", async () => {
  await using scope = new Scope();
  const { sync, jids, slapd, logIn, alarms, server, storage, warnings } = await ldapWorld(scope);
  await sync();
  await slapd.stop();
  const away = await sync();
  assert.deepEqual([away.state, away.failureReason], ["failed", "ldapError"]);
  assert.equal(said(await logIn("ada@example.com", "analytical engine")), "503 SIGN_IN_DIRECTORY_DOWN");
  const [alarm] = alarms.current();
  assert.deepEqual(
    [alarm?.type, alarm?.failureReason, alarm?.subject?.id],
    ["ldapUnavailable", "connectFailure", server.id],
  );
  await slapd.start();
  assert.equal((await logIn("ada@example.com", "analytical engine")).status, 200);
  assert.deepEqual(alarms.current(), []);
  const change = (fields: Fields) => storage.change((writer) => writer.update("ldapServer", server.id, fields));
  await change({ password: "wrong-password" });
  assert.equal((await sync()).failureReason, "ldapError");
  assert.equal(alarms.current()[0]?.failureReason, "authenticationFailure");
  await change({ password: READER.password });
  const [source] = (await storage.list("ldapSource")).objects;
  await storage.change((writer) => writer.update("ldapSource", source!.id, { filter: "(uid=nobody)" }));
  assert.equal((await sync()).failureReason, "ldapError");
  assert.ok(warnings().some((line) => line.includes("nobody is removed")));
  assert.deepEqual(await jids(), ["ada@example.com", "bob@example.com"]);
  assert.ok(!warnings().some((line) => line.includes("-password")));
});

test("sources are apart: one that goes takes its own users along, with the next import of everything", async () => {
  await using scope = new Scope();
  const others = { uid: "eve", cn: "Eve", mail: "eve@example.com", password: "z", ou: "others" };
  const { sync, jids, sourceOf, source, storage } = await ldapWorld(scope, MAIL, [...PEOPLE, others]);
  const second = await sourceOf("others");
  assert.equal((await sync({ ldapSource: second.id })).numUsersImported, 1);
  assert.deepEqual(await jids(), ["eve@example.com"]);
  await sync();
  await storage.change((writer) => writer.remove("ldapSource", source.id));
  await sync({ ldapSource: second.id });
  assert.equal((await jids()).length, 3);
  await sync();
  assert.deepEqual(await jids(), ["eve@example.com"]);
  assert.equal((await sync({ ldapSource: source.id })).failureReason, "ldapSourceDoesNotExist");
  assert.equal((await sync({ tenant: source.id })).failureReason, "tenantDoesNotExist");
});

test("a mapping makes a space for each user, who is its member; one that cannot be made is told", async () => {
  await using scope = new Scope();
  const mapping = {
    jidMapping: "$uid$@turnpike.example",
    nameMapping: "$cn|'/^(\\w+) .*$/\\1/'$",
    coSpaceUriMapping: "$uid$.space",
    coSpaceNameMapping: "Space of $cn$",
  };
  const { sync, storage, logIn, addSpace, warnings, slapd, jids } = await ldapWorld(scope, mapping);
  await addSpace("In the way", undefined, { uri: "bob.space" });
  const done = await sync();
  assert.deepEqual([done.failureReason, done.numUsersImported], ["clashOccurred", 2]);
  assert.ok(warnings().some((line) => line.includes("bob@turnpike.example") && line.includes("bob.space")));
  const { session, body } = await logIn("ada@turnpike.example", "analytical engine");
  assert.ok(session);
  assert.equal((body as { user: { name: string } }).user.name, "Ada");
  const spaceOf = async (uri: string) => (await storage.list("coSpace", { filter: uri })).objects[0];
  const space = await spaceOf("ada.space");
  assert.deepEqual([space?.fields.name, space?.fields.autoGenerated], ["Space of Ada Lovelace", true]);
  slapd.modify(`dn: uid=ada,ou=people,${SUFFIX}\nchangetype: delete\n`);
  await sync();
  assert.equal(await spaceOf("ada.space"), undefined);
  assert.deepEqual(await jids(), ["nomail@turnpike.example"]);
});

test("a sync that waits can be cancelled, one that has begun cannot, and finished ones go unless they are kept", async () => {
  await using scope = new Scope();
  const { signIn } = await ldapWorld(scope);
  const syncs = signIn.ldapSyncs;
  const first = syncs.start();
  assert.equal(first.state, "pending");
  await new Promise(setImmediate);
  assert.equal(syncs.get(first.id)?.state, "inProgress");
  const second = syncs.start({ removeWhenFinished: false });
  const third = syncs.start({ removeWhenFinished: false });
  assert.deepEqual(
    [syncs.cancel(first.id), syncs.cancel(second.id), syncs.cancel("x")],
    ["running", "cancelled", "unknown"],
  );
  await syncs.idle();
  assert.deepEqual(
    syncs.list().map(({ id, state }) => [id, state]),
    [[third.id, "complete"]],
  );
  for (let i = 0; i < 20; i++) syncs.start();
  assert.throws(() => syncs.start(), { code: "LDAP_TOO_MANY_SYNCS" });
});
