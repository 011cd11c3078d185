import assert from "node:assert/strict";
import type { Fields, ListQuery, Storage } from "../contract.ts";
import type { Check } from "./conformance.ts";

export function listChecks(check: Check): void {
  check("lists are sorted by name without case, then by age, the same on every engine", async ({ storage }) => {
    await insertAll(storage, [
      { name: "b" },
      { name: "Á" },
      { name: "a b" },
      { name: "B" },
      { name: "ab" },
      { name: "_" },
    ]);
    assert.deepEqual(await names(storage, {}), ["_", "a b", "ab", "b", "B", "Á"]);
  });

  check("pages of a list tell the total of all that match", async ({ storage }) => {
    await insertAll(
      storage,
      Array.from({ length: 7 }, (_, i) => ({ name: `n${i}` })),
    );
    assert.deepEqual(await names(storage, { offset: 2, limit: 3 }), ["n2", "n3", "n4"]);
    assert.deepEqual(await names(storage, { offset: 5 }), ["n5", "n6"]);
    assert.equal((await storage.list("coSpace", { offset: 100, limit: 5 })).total, 7);
    assert.deepEqual(await storage.list("coSpace", { limit: 0 }), { total: 7, objects: [] });
  });

  check("a filter looks in the searched fields only, whatever the case", async ({ storage }) => {
    await insertAll(storage, [
      { name: "Équipe 100%", uri: "team.one" },
      { name: "100 x", tag: "team" },
      { name: "under_score" },
      { name: "underXscore" },
    ]);
    assert.deepEqual(await names(storage, { filter: "éQUIPE" }), ["Équipe 100%"]);
    assert.deepEqual(await names(storage, { filter: "TEAM" }), ["Équipe 100%"]);
    assert.deepEqual(await names(storage, { filter: "0%" }), ["Équipe 100%"]);
    assert.deepEqual(await names(storage, { filter: "r_s" }), ["under_score"]);
    assert.deepEqual(await names(storage, { filter: "!" }), []);
    assert.equal((await storage.list("coSpace", { filter: "" })).total, 4);
  });

  check("a list can be of objects with certain values, or without any", async ({ storage }) => {
    const profile = await storage.change((writer) => writer.insert({ noun: "profile", fields: { name: "P" } }));
    await insertAll(storage, [
      { name: "a", profile: profile.id, size: 1, open: true },
      { name: "b", tag: 'x","open":true', size: 10 },
      { name: "c", tag: "X", open: false },
    ]);
    assert.deepEqual(await names(storage, { where: { profile: profile.id } }), ["a"]);
    assert.deepEqual(await names(storage, { where: { profile: undefined } }), ["b", "c"]);
    assert.deepEqual(await names(storage, { where: { size: 1 } }), ["a"]);
    assert.deepEqual(await names(storage, { where: { open: true } }), ["a"]);
    assert.deepEqual(await names(storage, { where: { open: undefined } }), ["b"]);
    assert.deepEqual(await names(storage, { where: { tag: "x" } }), []);
    assert.deepEqual(await names(storage, { where: { tag: 'x","open":true', open: undefined, size: 10 } }), ["b"]);
  });

  check("children are listed by their parent, by age", async ({ storage }) => {
    const [one, two] = await insertAll(storage, [{ name: "one" }, { name: "two" }]);
    await storage.change(async (writer) => {
      for (const [parent, callId] of [
        [one!, "9"],
        [two!, "5"],
        [one!, "1"],
      ] as const)
        await writer.insert({ noun: "accessMethod", parent, fields: { callId } });
    });
    const { total, objects } = await storage.list("accessMethod", { parent: one! });
    assert.equal(total, 2);
    assert.deepEqual(
      objects.map(({ fields }) => fields.callId),
      ["9", "1"],
    );
    assert.equal((await storage.list("accessMethod")).total, 3);
  });
}

function insertAll(storage: Storage, all: readonly Fields[]): Promise<string[]> {
  return storage.change(async (writer) => {
    const ids: string[] = [];
    for (const fields of all) ids.push((await writer.insert({ noun: "coSpace", fields })).id);
    return ids;
  });
}

async function names(storage: Storage, query: ListQuery): Promise<unknown[]> {
  return (await storage.list("coSpace", query)).objects.map(({ fields }) => fields.name);
}
