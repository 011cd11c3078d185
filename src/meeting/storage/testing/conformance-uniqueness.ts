import assert from "node:assert/strict";
import type { Fields, NewObject, Storage } from "../contract.ts";
import { StorageDuplicate } from "../errors.ts";
import type { Check } from "./conformance.ts";
import { refuses } from "./refuses.ts";

export function uniquenessChecks(check: Check): void {
  check("a call id and a URI belong to one space, whatever their case and field", async ({ storage }) => {
    await insert(storage, { noun: "coSpace", fields: { uri: "Sales", callId: "100" } });
    assert.equal((await duplicate(storage, { uri: "sales" })).samePlace, false);
    assert.equal((await duplicate(storage, { secondaryUri: "SALES" })).field, "secondaryUri");
    assert.equal((await duplicate(storage, { callId: "100", passcode: "4711" })).group, "callId");
    await insert(storage, { noun: "coSpace", fields: { uri: "other" } });
    await insert(storage, { noun: "coSpace", fields: {} });
  });

  check("a space and its access methods share a call id if their passcodes differ", async ({ storage }) => {
    const parent = (await insert(storage, { noun: "coSpace", fields: { callId: "100", passcode: "1111" } })).id;
    const method = (fields: Fields) =>
      insert(storage, { noun: "accessMethod", parent, fields: { callId: "100", ...fields } });
    const open = await method({});
    const host = await method({ passcode: "2222" });
    assert.deepEqual((await storage.holders("callId", "100")).map(({ noun }) => noun).sort(), [
      "accessMethod",
      "accessMethod",
      "coSpace",
    ]);
    const again = await refuses(method({ passcode: "2222" }), "STORAGE_DUPLICATE");
    assert.ok(again instanceof StorageDuplicate && again.samePlace);
    await refuses(method({}), "STORAGE_DUPLICATE");
    const same = (id: string, fields: Record<string, string | undefined>) =>
      storage.change((writer) => writer.update("accessMethod", id, fields));
    await refuses(same(host.id, { passcode: undefined }), "STORAGE_DUPLICATE");
    await refuses(same(open.id, { passcode: "1111" }), "STORAGE_DUPLICATE");
    await same(host.id, { passcode: "3333" });
    const elsewhere = (await insert(storage, { noun: "coSpace", fields: {} })).id;
    await refuses(
      insert(storage, { noun: "accessMethod", parent: elsewhere, fields: { callId: "100", passcode: "9" } }),
      "STORAGE_DUPLICATE",
    );
  });

  check("other unique values belong to one object", async ({ storage }) => {
    await insert(storage, { noun: "user", fields: { userJid: "ann@example.com" } });
    const fields = { userJid: "Ann@Example.com" };
    const error = await refuses(insert(storage, { noun: "user", fields }), "STORAGE_DUPLICATE");
    assert.ok(error instanceof StorageDuplicate && !error.samePlace);
  });

  check("a value that was given up can be taken, and one's own may stay", async ({ storage }) => {
    const { id } = await insert(storage, { noun: "coSpace", fields: { uri: "a", callId: "1" } });
    await storage.change((writer) => writer.update("coSpace", id, { uri: "A", secondaryUri: "b" }));
    await storage.change((writer) => writer.remove("coSpace", id));
    await insert(storage, { noun: "coSpace", fields: { uri: "b", callId: "1" } });
  });

  check("of many who want one value at once, one gets it", async ({ storage, place, scope }) => {
    const other = await place.open(scope);
    const tries = Array.from({ length: 20 }, (_, i) =>
      insert(i % 2 ? storage : other, { noun: "coSpace", fields: { uri: "wanted" } }),
    );
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await storage.list("coSpace")).total, 1);
  });
}

function insert(storage: Storage, object: NewObject) {
  return storage.change((writer) => writer.insert(object));
}

async function duplicate(storage: Storage, fields: Fields): Promise<StorageDuplicate> {
  const error = await refuses(insert(storage, { noun: "coSpace", fields }), "STORAGE_DUPLICATE");
  assert.ok(error instanceof StorageDuplicate);
  return error;
}
