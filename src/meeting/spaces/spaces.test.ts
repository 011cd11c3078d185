import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import { type ObjectWriter, openTestStorage } from "#storage";
import {
  type Change,
  createAccessMethod,
  createMember,
  createSpace,
  updateAccessMethod,
  updateSpace,
} from "./index.ts";

async function world(scope: Scope) {
  const storage = await openTestStorage(scope);
  return { storage, change: <T>(run: (writer: ObjectWriter) => Promise<T>) => storage.change(run) };
}

test("a new space has a call id of nine digits and a secret of 22 characters", async () => {
  await using scope = new Scope();
  const { change } = await world(scope);
  const { fields } = await change((writer) => createSpace(writer, { name: "  Board room " }));
  assert.equal(fields.name, "Board room");
  assert.match(String(fields.callId), /^[1-9]\d{8}$/);
  assert.match(String(fields.secret), /^[\w-]{22}$/);
  const given = await change((writer) =>
    createSpace(writer, { uri: "sales", callId: "12", secret: "0123456789abcdef" }),
  );
  assert.deepEqual({ ...given.fields }, { name: "sales", uri: "sales", callId: "12", secret: "0123456789abcdef" });
  const bare = await change((writer) => createSpace(writer, { name: "B", requireCallId: false }));
  assert.deepEqual({ ...bare.fields }, { name: "B" });
});

test("the secret lasts as long as it is not drawn anew, and comes with the first call id", async () => {
  await using scope = new Scope();
  const { change } = await world(scope);
  const space = await change((writer) => createSpace(writer, { name: "A" }));
  const update = (fields: Change, version?: number) =>
    change((writer) => updateSpace(writer, space.id, fields, version));
  assert.equal((await update({ name: "B", callId: "77" })).fields.secret, space.fields.secret);
  const drawn = await update({ regenerateSecret: true });
  assert.match(String(drawn.fields.secret), /^[\w-]{22}$/);
  assert.notEqual(drawn.fields.secret, space.fields.secret);
  assert.equal((await update({ secret: undefined })).fields.secret?.toString().length, 22);
  assert.equal("regenerateSecret" in drawn.fields, false);
  const bare = await change((writer) => createSpace(writer, { name: "C", requireCallId: false }));
  const later = await change((writer) => updateSpace(writer, bare.id, { requireCallId: true }));
  assert.match(String(later.fields.callId), /^\d{9}$/);
  assert.match(String(later.fields.secret), /^[\w-]{22}$/);
  await refuses(update({ name: "D" }, 1), "STORAGE_CHANGED_MEANWHILE");
  await refuses(
    change((writer) => updateSpace(writer, "none", {})),
    "STORAGE_NO_SUCH_OBJECT",
  );
});

test("names, URIs, call ids and passcodes out of bounds are refused and nothing is stored", async () => {
  await using scope = new Scope();
  const { change, storage } = await world(scope);
  const bad: [Change, string][] = [
    [{ name: " " }, "SPACE_BAD_FIELD"],
    [{ requireCallId: false }, "SPACE_BAD_FIELD"],
    [{ name: "x".repeat(201) }, "SPACE_BAD_FIELD"],
    [{ name: "two\nlines" }, "SPACE_BAD_FIELD"],
    [{ name: "turned \u202eround" }, "SPACE_BAD_FIELD"],
    [{ name: "half \ud800" }, "SPACE_BAD_FIELD"],
    [{ name: "A", uri: "a@b" }, "SPACE_BAD_FIELD"],
    [{ name: "A", callId: "12a" }, "SPACE_BAD_FIELD"],
    [{ name: "A", nonsense: 1 }, "SPACE_BAD_FIELD"],
    [{ name: "A", passcode: "123" }, "SPACE_PASSCODE_TOO_SHORT"],
    [{ name: "A", ownerJid: "nobody@example.com" }, "SPACE_NO_SUCH_USER"],
  ];
  for (const [fields, code] of bad)
    await refuses(
      change((writer) => createSpace(writer, fields)),
      code,
    );
  assert.equal((await storage.list("coSpace")).total, 0);
  const { id } = await change((writer) => createSpace(writer, { name: "𝒜é <b>&\u200f שלום" }));
  await refuses(
    change((writer) => updateSpace(writer, id, { name: undefined })),
    "SPACE_BAD_FIELD",
  );
  await refuses(
    change((writer) => updateSpace(writer, id, { passcode: "1" })),
    "SPACE_PASSCODE_TOO_SHORT",
  );
});

test("an access method has a secret of its own, and a call id if it is to have one", async () => {
  await using scope = new Scope();
  const { change } = await world(scope);
  const { id, fields } = await change((writer) => createSpace(writer, { name: "A" }));
  const method = await change((writer) => createAccessMethod(writer, id, { name: "Guest" }, { requireCallId: true }));
  assert.match(String(method.fields.callId), /^\d{9}$/);
  assert.notEqual(method.fields.secret, fields.secret);
  const shared = { name: "Host", callId: fields.callId!, passcode: "1111" };
  const host = await change((writer) => createAccessMethod(writer, id, shared));
  const drawn = await change((writer) => updateAccessMethod(writer, host.id, { regenerateSecret: true }));
  assert.notEqual(drawn.fields.secret, host.fields.secret);
  await refuses(
    change((writer) => createAccessMethod(writer, id, shared)),
    "STORAGE_DUPLICATE",
  );
  await refuses(
    change((writer) => updateAccessMethod(writer, host.id, { passcode: undefined })),
    "STORAGE_DUPLICATE",
  );
  await refuses(
    change((writer) => createAccessMethod(writer, host.id, {})),
    "STORAGE_NO_SUCH_OBJECT",
  );
});

test("owners and members are users, named as the user is", async () => {
  await using scope = new Scope();
  const { change } = await world(scope);
  const user = await change((writer) => writer.insert({ noun: "user", fields: { userJid: "ann@example.com" } }));
  const space = await change((writer) => createSpace(writer, { name: "A", ownerJid: "ANN@example.com" }));
  assert.deepEqual([space.fields.ownerJid, space.fields.ownerId], ["ann@example.com", user.id]);
  const without = await change((writer) => updateSpace(writer, space.id, { ownerJid: undefined }));
  assert.deepEqual([without.fields.ownerJid, without.fields.ownerId], [undefined, undefined]);
  const member = await change((writer) => createMember(writer, space.id, { userJid: "Ann@example.com" }));
  assert.deepEqual({ ...member.fields }, { userJid: "ann@example.com", userId: user.id });
  await refuses(
    change((writer) => createMember(writer, space.id, { userJid: "bob@x" })),
    "SPACE_NO_SUCH_USER",
  );
});

async function refuses(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof TurnpikeError, `${error}`);
    assert.equal(error.code, code, error.message);
    return true;
  });
}
