import assert from "node:assert/strict";
import type { Fields } from "../contract.ts";
import type { Check } from "./conformance.ts";
import { refuses } from "./refuses.ts";

const HOSTILE = "a'b\"c\\d\0e\u0085f\ud800g%_!;--</x>𝒜\u202e";

export function objectChecks(check: Check): void {
  valueChecks(check);
  relationChecks(check);
  boundChecks(check);
}

function valueChecks(check: Check): void {
  check("what was inserted is read back, values of every type and secrets included", async ({ storage }) => {
    const fields: Fields = { name: "Board", uri: "board", passcode: "4711", secret: "s", size: 0, open: false };
    const made = await storage.change((writer) => writer.insert({ noun: "coSpace", fields }));
    assert.match(made.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.deepEqual({ ...made.fields }, fields);
    assert.equal(made.version, 1);
    assert.deepEqual(await storage.get("coSpace", made.id), made);
    assert.deepEqual(await storage.get("coSpace", made.id.toUpperCase()), made);
    assert.equal(await storage.get("profile", made.id), undefined);
  });

  check("text that is hostile to databases comes back as it was, and is found", async ({ storage }) => {
    const made = await storage.change((writer) =>
      writer.insert({ noun: "coSpace", fields: { name: HOSTILE, tag: HOSTILE, uri: HOSTILE } }),
    );
    assert.deepEqual((await storage.get("coSpace", made.id))?.fields, made.fields);
    assert.equal((await storage.list("coSpace", { filter: HOSTILE })).total, 1);
    assert.equal((await storage.list("coSpace", { where: { tag: HOSTILE } })).total, 1);
    assert.equal((await storage.holders("uri", HOSTILE)).length, 1);
  });

  check("an update sets, unsets and leaves fields, and counts the version", async ({ storage }) => {
    const { id } = await storage.change((writer) =>
      writer.insert({ noun: "coSpace", fields: { name: "A", uri: "a", tag: "t" } }),
    );
    const after = await storage.change((writer) => writer.update("coSpace", id, { uri: undefined, tag: "u" }, 1));
    assert.deepEqual(
      { fields: { ...after.fields }, version: after.version },
      { fields: { name: "A", tag: "u" }, version: 2 },
    );
    assert.deepEqual(await storage.get("coSpace", id), after);
    assert.deepEqual(await storage.holders("uri", "a"), []);
    await refuses(
      storage.change((writer) => writer.update("coSpace", id, { tag: "v" }, 1)),
      "STORAGE_CHANGED_MEANWHILE",
    );
    await refuses(
      storage.change((writer) => writer.remove("coSpace", id, 1)),
      "STORAGE_CHANGED_MEANWHILE",
    );
    await refuses(
      storage.change((writer) => writer.update("coSpace", "none", {})),
      "STORAGE_NO_SUCH_OBJECT",
    );
  });
}

function relationChecks(check: Check): void {
  check("removing takes the children along and unsets every reference", async ({ storage }) => {
    const { profile, space, method } = await storage.change(async (writer) => {
      const profile = (await writer.insert({ noun: "profile", fields: { name: "P" } })).id;
      const fields = { name: "A", profile, otherProfile: profile };
      const space = (await writer.insert({ noun: "coSpace", fields })).id;
      await writer.update("system", "system", { profile });
      return { profile, space, method: (await writer.insert({ noun: "accessMethod", parent: space, fields: {} })).id };
    });
    assert.deepEqual(
      (await storage.referrers(profile)).map(({ noun, field }) => `${noun}.${field}`),
      ["coSpace.otherProfile", "coSpace.profile", "system.profile"],
    );
    assert.equal(await storage.change((writer) => writer.remove("profile", profile)), true);
    assert.deepEqual({ ...(await storage.get("coSpace", space))?.fields }, { name: "A" });
    assert.deepEqual({ ...(await storage.get("system", "system"))?.fields }, {});
    assert.deepEqual(await storage.referrers(profile), []);
    assert.equal(await storage.change((writer) => writer.remove("coSpace", space)), true);
    assert.equal(await storage.get("accessMethod", method), undefined);
    assert.equal(await storage.change((writer) => writer.remove("coSpace", space)), false);
  });

  check("a reference must lead to an object of its noun, and a child to its parent", async ({ storage }) => {
    const nowhere = "00000000-0000-4000-8000-000000000000";
    const insert = (fields: Fields) => storage.change((writer) => writer.insert({ noun: "coSpace", fields }));
    await refuses(insert({ profile: nowhere }), "STORAGE_NO_SUCH_REFERENCE");
    const { id } = await insert({ name: "A" });
    await refuses(insert({ profile: id }), "STORAGE_NO_SUCH_REFERENCE");
    const child = storage.change((writer) => writer.insert({ noun: "accessMethod", parent: nowhere, fields: {} }));
    await refuses(child, "STORAGE_NO_SUCH_OBJECT");
  });
}

function boundChecks(check: Check): void {
  check("a field or noun that does not exist is a fault of the caller's and is refused", async ({ storage }) => {
    const insert = (noun: string, fields: Fields) => storage.change((writer) => writer.insert({ noun, fields }));
    await refuses(insert("coSpace", { nonsense: 1 }), "STORAGE_MISUSED");
    await refuses(insert("coSpace", { requireCallId: true }), "STORAGE_MISUSED");
    await refuses(insert("coSpace", { name: { sealed: "x" } as unknown as string }), "STORAGE_MISUSED");
    await refuses(insert("nonsense", {}), "STORAGE_MISUSED");
    await refuses(insert("accessMethod", {}), "STORAGE_MISUSED");
    await refuses(storage.list("coSpace", { where: { passcode: "4711" } }), "STORAGE_MISUSED");
  });

  check("a singleton is there before anyone has set it, and there is one", async ({ storage }) => {
    const before = await storage.get("system", "system");
    assert.deepEqual([before?.version, { ...before?.fields }], [0, {}]);
    const profile = await storage.change((writer) => writer.insert({ noun: "profile", fields: { name: "P" } }));
    await storage.change((writer) => writer.update("system", "system", { profile: profile.id }, 0));
    const after = await storage.get("system", "system");
    assert.deepEqual([after?.version, after?.fields.profile], [1, profile.id]);
    assert.equal(await storage.get("system", "other"), undefined);
  });

  check("there are no more objects than the noun's limit", async ({ storage }) => {
    const insert = () => storage.change((writer) => writer.insert({ noun: "receiver", fields: {} }));
    await insert();
    const { id } = await insert();
    await refuses(insert(), "STORAGE_TOO_MANY");
    await storage.change((writer) => writer.remove("receiver", id));
    await insert();
  });
}
