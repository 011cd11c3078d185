import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { openTestStorage, type Storage } from "#storage";
import {
  createFromTemplate,
  effectiveRules,
  invitation,
  LOBBY_TEMPLATE,
  linksOf,
  OPEN_TEMPLATE,
  resolveEntrance,
  rulesFor,
  seedDefaults,
} from "./index.ts";

async function seeded(scope: Scope): Promise<Storage> {
  const storage = await openTestStorage(scope);
  await seedDefaults(storage);
  return storage;
}

async function templateId(storage: Storage, name: string): Promise<string> {
  return (await storage.list("coSpaceTemplate", { where: { name } })).objects[0]!.id;
}

test("the default templates come once, and not where there are others", async () => {
  await using scope = new Scope();
  const storage = await seeded(scope);
  const names = async () => (await storage.list("coSpaceTemplate")).objects.map(({ fields }) => fields.name);
  assert.deepEqual(await names(), [LOBBY_TEMPLATE, OPEN_TEMPLATE]);
  await storage.change(async (writer) => writer.remove("coSpaceTemplate", await templateId(storage, OPEN_TEMPLATE)));
  await seedDefaults(storage);
  assert.deepEqual(await names(), [LOBBY_TEMPLATE]);
  const other = await openTestStorage(scope);
  await other.change((writer) => writer.insert({ noun: "callLegProfile", fields: { name: "own" } }));
  await seedDefaults(other);
  assert.equal((await other.list("coSpaceTemplate")).total, 0);
});

test("in a meeting with lobby guests wait, hosts do not, and there is no way round", async () => {
  await using scope = new Scope();
  const storage = await seeded(scope);
  const template = await templateId(storage, LOBBY_TEMPLATE);
  const user = await storage.change((writer) =>
    writer.insert({ noun: "user", fields: { userJid: "ann@example.com" } }),
  );
  const owner = { userId: user.id, userJid: "ann@example.com" };
  const { space, accessMethods } = await storage.change((writer) =>
    createFromTemplate(writer, template, { name: "Review", passcode: "4711", uri: "review", owner }),
  );
  assert.equal(space.fields.callId, undefined);
  const links = linksOf("join.example.com", space, accessMethods);
  assert.deepEqual(
    links.map(({ name }) => name),
    ["Host", "Guest"],
  );
  assert.match(String(links[0]?.passcode), /^\d{6}$/);
  assert.equal(links[1]?.passcode, "4711");
  assert.equal(await resolveEntrance(storage, { by: { callId: links[0]!.callId } }), undefined);
  const rules = async (callId: string, proof: { secret?: string; passcode?: string; userId?: string }) =>
    (await rulesFor(storage, (await resolveEntrance(storage, { by: { callId }, ...proof }))!)).rules;
  const [host, guest] = links;
  const secretIn = (url: string) => new URL(url).searchParams.get("secret")!;
  const asHost = await rules(host!.callId, { secret: secretIn(host!.url) });
  assert.deepEqual([asHost.needsActivation, asHost.callLockAllowed, asHost.endCallAllowed], [false, true, true]);
  const asGuest = await rules(guest!.callId, { passcode: "4711" });
  assert.deepEqual([asGuest.needsActivation, asGuest.callLockAllowed, asGuest.muteSelfAllowed], [true, false, true]);
  const asOwner = await rules(guest!.callId, { userId: user.id });
  assert.deepEqual([asOwner.needsActivation, asOwner.callLockAllowed], [false, true]);
  assert.equal((await effectiveRules(storage, { coSpace: space.id })).rules.needsActivation, true);
  const { objects } = await storage.list("coSpaceUser", { parent: space.id });
  assert.equal(objects[0]?.fields.canDestroy, true);
});

test("in an open meeting everyone enters at once, and hosts steer", async () => {
  await using scope = new Scope();
  const storage = await seeded(scope);
  const template = await templateId(storage, OPEN_TEMPLATE);
  const { space, accessMethods } = await storage.change((writer) =>
    createFromTemplate(writer, template, { name: "Stand-up" }),
  );
  const [host, guest] = await Promise.all(
    accessMethods.map(({ id }) => effectiveRules(storage, { coSpace: space.id, accessMethod: id })),
  );
  assert.deepEqual([host!.rules.needsActivation, host!.rules.muteOthersAllowed], [false, true]);
  assert.deepEqual([guest!.rules.needsActivation, guest!.rules.muteOthersAllowed], [false, false]);
});

test("a template without access methods makes a space with a call id, and $ stands for its URI", async () => {
  await using scope = new Scope();
  const storage = await openTestStorage(scope);
  const [plain, withUris] = await storage.change(async (writer) => {
    const plain = await writer.insert({ noun: "coSpaceTemplate", fields: { name: "plain" } });
    const withUris = await writer.insert({ noun: "coSpaceTemplate", fields: { name: "uris" } });
    for (const uriGenerator of ["$.host", "$"])
      await writer.insert({ noun: "accessMethodTemplate", parent: withUris.id, fields: { name: "m", uriGenerator } });
    await writer.remove("accessMethodTemplate", (await writer.list("accessMethodTemplate")).objects[1]!.id);
    return [plain.id, withUris.id];
  });
  const make = (id: string, wish: { uri?: string; passcode?: string }) =>
    storage.change((writer) => createFromTemplate(writer, id, { name: "A", ...wish }));
  const one = await make(plain!, { passcode: "4711" });
  assert.match(String(one.space.fields.callId), /^\d{9}$/);
  assert.equal(one.space.fields.passcode, "4711");
  const two = await make(withUris!, { uri: "a$&b".replace(/\W/g, "") });
  assert.deepEqual(
    two.accessMethods.map(({ fields }) => fields.uri),
    ["ab.host"],
  );
  const three = await make(withUris!, {});
  assert.deepEqual(
    three.accessMethods.map(({ fields }) => fields.uri),
    [undefined],
  );
});

test("an invitation has link, Meeting ID and passcode in the reader's language", () => {
  const object = (id: string, fields: Record<string, string>) =>
    ({ id, noun: "coSpace", parent: undefined, fields, version: 1, createdAt: 0, changedAt: 0 }) as const;
  const space = object("1", { name: "Board", callId: "1234567890", secret: "s-_", passcode: "4711" });
  const old = object("2", { name: "Old", callId: "12", passcodeHash: "$argon2id$x" });
  const [link] = linksOf("join.example.com:8443", space, [object("3", { name: "no call id" })]);
  const { subject, text } = invitation("Board", link!, { joinHost: "join.example.com:8443", language: "en_GB" });
  assert.equal(subject, "Invitation: Board");
  assert.equal(
    text,
    `You are invited to the meeting "Board".

Join with this link, in any browser:
https://join.example.com:8443/meeting/1234567890?secret=s-_

Or open https://join.example.com:8443 and type:
Meeting ID: 1 234 567 890
Passcode: 4711
`,
  );
  const [oldLink] = linksOf("j", old, []);
  const portuguese = invitation("Old", oldLink!, { joinHost: "j", language: "pt_BR", forHosts: true });
  assert.match(portuguese.text, /ID da reunião: 12\nSenha: \(peça ao anfitrião\)/);
  assert.match(portuguese.text, /https:\/\/j\/meeting\/12\n.*anfitrião/);
  assert.doesNotMatch(portuguese.text, /argon2/);
});
