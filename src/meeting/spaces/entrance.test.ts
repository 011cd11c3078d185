import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { hashPassword, type ObjectWriter, openTestStorage, type Storage } from "#storage";
import { createAccessMethod, createMember, createSpace, type Entrance, resolveEntrance, updateSpace } from "./index.ts";

async function world(scope: Scope) {
  const storage = await openTestStorage(scope);
  const change = <T>(run: (writer: ObjectWriter) => Promise<T>) => storage.change(run);
  const enters = async (entrance: Entrance) => {
    const admitted = await resolveEntrance(storage, entrance);
    return admitted && (admitted.accessMethod?.name ?? "space");
  };
  return { storage, change, enters };
}

test("the passcode or the secret opens a space, and nothing less", async () => {
  await using scope = new Scope();
  const { change, enters } = await world(scope);
  const { fields } = await change((writer) => createSpace(writer, { name: "A", passcode: "4711" }));
  const by = { callId: String(fields.callId) };
  const secret = String(fields.secret);
  assert.equal(await enters({ by, passcode: "4711" }), "space");
  assert.equal(await enters({ by, passcode: " 4711 " }), "space");
  assert.equal(await enters({ by, secret }), "space");
  assert.equal(await enters({ by, secret, passcode: "4711" }), "space");
  for (const proof of [{}, { passcode: "4712" }, { passcode: "" }, { secret: "" }, { secret: secret.slice(1) }])
    assert.equal(await enters({ by, ...proof }), undefined, JSON.stringify(proof));
  assert.equal(await enters({ by, secret, passcode: "4712" }), undefined);
  assert.equal(await enters({ by, secret: "wrong", passcode: "4711" }), undefined);
});

test("a space without a passcode needs none, but a wrong secret is not overlooked", async () => {
  await using scope = new Scope();
  const { change, enters, storage } = await world(scope);
  const space = await change((writer) => createSpace(writer, { name: "A", uri: "Sales", secondaryUri: "vendas" }));
  const by = { callId: String(space.fields.callId) };
  assert.equal(await enters({ by }), "space");
  assert.equal(await enters({ by, passcode: "" }), "space");
  assert.equal(await enters({ by, secret: "withdrawn" }), undefined);
  assert.equal(await enters({ by, secret: "" }), undefined);
  assert.equal(await enters({ by, passcode: "4711" }), undefined);
  assert.equal(await enters({ by: { uri: "sales" } }), "space");
  assert.equal(await enters({ by: { uri: "VENDAS" } }), "space");
  assert.equal(await enters({ by: { uri: by.callId } }), undefined);
  const admitted = await resolveEntrance(storage, { by: { uri: "vendas" } });
  assert.deepEqual(admitted, {
    space: { id: space.id, name: "A", uri: "Sales", callId: by.callId, tenant: undefined, ownerJid: undefined },
    accessMethod: undefined,
    member: undefined,
    callId: by.callId,
  });
});

test("of access methods with one call id the passcode or the secret chooses", async () => {
  await using scope = new Scope();
  const { change, enters } = await world(scope);
  const { hostSecret } = await change(async (writer) => {
    const { id } = await createSpace(writer, { name: "A", requireCallId: false });
    const host = await createAccessMethod(writer, id, { name: "host", callId: "100", passcode: "1111", uri: "h" });
    await createAccessMethod(writer, id, { name: "guest", callId: "100" });
    return { hostSecret: String(host.fields.secret) };
  });
  const by = { callId: "100" };
  assert.equal(await enters({ by }), "guest");
  assert.equal(await enters({ by, passcode: "1111" }), "host");
  assert.equal(await enters({ by, secret: hostSecret }), "host");
  assert.equal(await enters({ by, passcode: "2222" }), undefined);
  assert.equal(await enters({ by: { uri: "h" } }), undefined);
  assert.equal(await enters({ by: { uri: "h" }, passcode: "1111" }), "host");
});

test("passcodeMode required asks for a passcode where ways with and without one share a call id, and only there", async () => {
  await using scope = new Scope();
  const { change, enters, storage } = await world(scope);
  const { spaceId, profile, guestSecret } = await change(async (writer) => {
    const profile = (await writer.insert({ noun: "callProfile", fields: { passcodeMode: "required" } })).id;
    const { id } = await createSpace(writer, { name: "A", requireCallId: false, callProfile: profile });
    await createAccessMethod(writer, id, { name: "host", callId: "100", passcode: "1111" });
    const guest = await createAccessMethod(writer, id, { name: "guest", callId: "100" });
    await createAccessMethod(writer, id, { name: "alone", callId: "200" });
    return { spaceId: id, profile, guestSecret: String(guest.fields.secret) };
  });
  const by = { callId: "100" };
  assert.equal(await enters({ by }), undefined);
  assert.equal(await enters({ by, passcode: " " }), undefined);
  assert.equal(await enters({ by, passcode: "1111" }), "host");
  assert.equal(await enters({ by, secret: guestSecret }), "guest");
  assert.equal(await enters({ by: { callId: "200" } }), "alone");
  const { userId } = await change(async (writer) => {
    const user = await writer.insert({ noun: "user", fields: { userJid: "ann@example.com" } });
    await createMember(writer, spaceId, { userJid: "ann@example.com" });
    return { userId: user.id };
  });
  assert.equal(await enters({ by, userId }), "guest");
  await storage.change((writer) => writer.update("callProfile", profile, { passcodeMode: "timeout" }));
  assert.equal(await enters({ by }), "guest", "a browser does not wait for the time-out");
});

test("what is found by members only is refused to others, whatever they show", async () => {
  await using scope = new Scope();
  const { change, enters } = await world(scope);
  const { fields, userId } = await change(async (writer) => {
    const user = await writer.insert({ noun: "user", fields: { userJid: "ann@example.com" } });
    const space = await createSpace(writer, { name: "A" });
    await createMember(writer, space.id, { userJid: "ann@example.com" });
    return { fields: space.fields, userId: user.id };
  });
  const asked = { by: { callId: String(fields.callId) }, membersOnly: true } as const;
  assert.equal(await enters(asked), undefined);
  assert.equal(await enters({ ...asked, secret: String(fields.secret) }), undefined);
  assert.equal(await enters({ ...asked, userId }), "space");
});

test("members enter without passcode, and they alone where others may not", async () => {
  await using scope = new Scope();
  const { change, enters, storage } = await world(scope);
  const { callId, secret, userId, strangerId, id } = await change(async (writer) => {
    const user = await writer.insert({ noun: "user", fields: { userJid: "ann@example.com", name: "Ann" } });
    const stranger = await writer.insert({ noun: "user", fields: { userJid: "bob@example.com" } });
    const { id, fields } = await createSpace(writer, { name: "A", passcode: "4711" });
    await createMember(writer, id, { userJid: "Ann@Example.com" });
    return { callId: fields.callId, secret: fields.secret, userId: user.id, strangerId: stranger.id, id };
  });
  const by = { callId: String(callId) };
  const withSecret = { by, secret: String(secret) };
  assert.equal(await enters({ by, userId }), "space");
  assert.equal(await enters({ by, userId, secret: "of an old link" }), "space");
  assert.equal(await enters({ by, userId: strangerId }), undefined);
  assert.equal(await enters({ ...withSecret, userId: strangerId }), "space");
  assert.equal((await resolveEntrance(storage, { by, userId }))?.member?.userJid, "ann@example.com");
  await change((writer) => updateSpace(writer, id, { nonMemberAccess: false }));
  assert.equal(await enters(withSecret), undefined);
  assert.equal(await enters({ by, passcode: "4711" }), undefined);
  assert.equal(await enters({ by, userId: strangerId, passcode: "4711" }), undefined);
  assert.equal(await enters({ by, userId }), "space");
  await change((writer) => writer.remove("user", userId));
  assert.equal(await enters({ by, userId }), undefined);
});

test("a passcode of which only the hash is kept is asked for, and known once it was shown", async () => {
  await using scope = new Scope();
  const { change, enters, storage } = await world(scope);
  const { id, fields } = await change(async (writer) => {
    const passcodeHash = await hashPassword("4711");
    const { id } = await createSpace(writer, { name: "A" });
    return writer.update("coSpace", id, { passcodeHash });
  });
  const by = { callId: String(fields.callId) };
  const secret = String(fields.secret);
  for (const proof of [{}, { passcode: "4712" }, { secret: "wrong", passcode: "4711" }, { secret, passcode: "1" }])
    assert.equal(await enters({ by, ...proof }), undefined, JSON.stringify(proof));
  assert.equal(await enters({ by, secret }), "space");
  assert.equal(await enters({ by, passcode: "4711" }), "space");
  const after = await storage.get("coSpace", id);
  assert.deepEqual([after?.fields.passcode, after?.fields.passcodeHash], ["4711", undefined]);
  assert.equal(await enters({ by, passcode: "4711" }), "space");
  await change((writer) => writer.update("coSpace", id, { passcodeHash: "x", passcode: undefined }));
  await change((writer) => updateSpace(writer, id, { passcode: undefined }));
  assert.equal(await enters({ by }), "space");
});

test("a refusal takes about the same time whatever is wrong", async () => {
  await using scope = new Scope();
  const { change, storage } = await world(scope);
  const callIds = await change(async (writer) => {
    const locked = await createSpace(writer, { name: "A", passcode: "4711" });
    const open = await createSpace(writer, { name: "B" });
    const closed = await createSpace(writer, { name: "C", nonMemberAccess: false });
    const old = await createSpace(writer, { name: "D" });
    await writer.update("coSpace", old.id, { passcodeHash: await hashPassword("4711") });
    return [locked, open, closed, old].map(({ fields }) => String(fields.callId));
  });
  const times = [];
  for (const callId of [...callIds, "000000000"]) times.push(await cheapestRefusal(storage, callId));
  // An argon2 pass takes tens of milliseconds, its absence a fraction of one: a factor of five tells them apart.
  assert.ok(Math.max(...times) < 5 * Math.min(...times), `${times} ms`);
});

/** In ms of processor time, which is what an argon2 pass costs however busy the machine is. */
async function cheapestRefusal(storage: Storage, callId: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    const before = process.cpuUsage();
    assert.equal(await resolveEntrance(storage, { by: { callId }, passcode: "0000" }), undefined);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return Math.min(...times);
}
