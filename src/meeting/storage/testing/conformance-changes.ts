import assert from "node:assert/strict";
import { Scope } from "#base";
import type { Change, Storage } from "../contract.ts";
import type { Check } from "./conformance.ts";
import { refuses } from "./refuses.ts";

const total = async (storage: Storage) => (await storage.list("coSpace")).total;
const insert = (storage: Storage, name: string) =>
  storage.change((writer) => writer.insert({ noun: "coSpace", fields: { name } }));

export function changeChecks(check: Check): void {
  wholeChecks(check);
  toldChecks(check);
}

function wholeChecks(check: Check): void {
  check("a change that throws leaves nothing, and what it threw comes out as it was", async ({ storage }) => {
    const thrown = new Error("mine");
    const change = storage.change(async (writer) => {
      await writer.insert({ noun: "coSpace", fields: { name: "A" } });
      throw thrown;
    });
    await assert.rejects(change, (error) => error === thrown);
    assert.equal(await total(storage), 0);
    await insert(storage, "B");
  });

  check("after a refusal the same change may go on", async ({ storage }) => {
    await storage.change(async (writer) => {
      await writer.insert({ noun: "coSpace", fields: { uri: "a" } });
      await refuses(writer.insert({ noun: "coSpace", fields: { name: "X", uri: "a" } }), "STORAGE_DUPLICATE");
      await writer.insert({ noun: "coSpace", fields: { uri: "b" } });
    });
    assert.equal(await total(storage), 2);
  });

  check("nobody sees a change before it is done, but the change sees itself", async ({ storage, place, scope }) => {
    const other = await place.open(scope);
    await storage.change(async (writer) => {
      const { id } = await writer.insert({ noun: "coSpace", fields: { name: "A", uri: "a" } });
      assert.equal((await writer.list("coSpace")).total, 1);
      assert.equal((await writer.holders("uri", "a")).length, 1);
      for (const reader of [storage, other]) {
        assert.equal(await reader.get("coSpace", id), undefined);
        assert.equal(await total(reader), 0);
        assert.deepEqual(await reader.holders("uri", "a"), []);
      }
    });
    for (const reader of [storage, other]) assert.equal(await total(reader), 1);
  });

  check("changes do not overlap, whoever makes them", async ({ storage, place, scope }) => {
    const other = await place.open(scope);
    const { id } = await storage.change((writer) => writer.insert({ noun: "coSpace", fields: { size: 0 } }));
    const countUp = (one: Storage) =>
      one.change(async (writer) => {
        const size = Number((await writer.get("coSpace", id))?.fields.size);
        await writer.update("coSpace", id, { size: size + 1 });
      });
    await Promise.all(Array.from({ length: 40 }, (_, i) => countUp(i % 2 ? storage : other)));
    assert.equal((await storage.get("coSpace", id))?.fields.size, 40);
  });
}

function toldChecks(check: Check): void {
  check("listeners are told of what was committed, in order and once", async ({ storage }) => {
    const told: Change[][] = [];
    const stop = storage.onChange((changes) => told.push([...changes]));
    storage.onChange(() => assert.fail("a listener that throws harms nobody"));
    await storage.change(async (writer) => {
      const { id } = await writer.insert({ noun: "coSpace", fields: { name: "A" } });
      await writer.insert({ noun: "accessMethod", parent: id, fields: {} });
      await writer.remove("coSpace", id);
    });
    await storage.change(async () => {});
    await storage.change((writer) => writer.insert({ noun: "nonsense", fields: {} })).catch(() => {});
    assert.deepEqual(
      told.map((changes) => changes.map(({ noun, what }) => `${noun} ${what}`)),
      [["coSpace inserted", "accessMethod inserted", "accessMethod removed", "coSpace removed"]],
    );
    stop();
    await insert(storage, "B");
    assert.equal(told.length, 1);
  });

  check("what is done once is done once, for all who open the storage", async ({ storage, place, scope }) => {
    const other = await place.open(scope);
    const asks = [storage, other, storage].map((one) => one.change((writer) => writer.once("seeds")));
    assert.deepEqual((await Promise.all(asks)).sort(), [false, false, true]);
    assert.equal(await storage.change((writer) => writer.once("more")), true);
  });

  check(
    "the signing key has 32 bytes and is the same for all who open the storage",
    async ({ storage, place, scope }) => {
      const other = await place.open(scope);
      const [one, two] = await Promise.all([storage.signingKey(), other.signingKey()]);
      assert.equal(one.length, 32);
      assert.deepEqual(one, two);
    },
  );

  check("after its scope closed a storage says that it cannot be used", async ({ place }) => {
    const scope = new Scope();
    const storage = await place.open(scope);
    await scope.close();
    await refuses(storage.list("coSpace"), "STORAGE_UNREADABLE");
    await refuses(insert(storage, "A"), "STORAGE_UNREADABLE");
  });
}
