import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope, TurnpikeError } from "#base";
import type { SpaceStore } from "./contract.ts";

/** Opens one storage, the same at every call, as another process would. */
export type OpenStore = (scope: Scope) => Promise<SpaceStore>;

/** What every engine must do; `fresh` gives an empty storage. */
export function storageConformance(engine: string, fresh: () => Promise<OpenStore>): void {
  const check = (name: string, run: (store: SpaceStore, open: OpenStore, scope: Scope) => Promise<void>) =>
    test(`${engine}: ${name}`, async () => {
      await using scope = new Scope();
      const open = await fresh();
      await run(await open(scope), open, scope);
    });
  spaceChecks(check);
  accessChecks(check);
  sharingChecks(check);
}

type Check = (name: string, run: (store: SpaceStore, open: OpenStore, scope: Scope) => Promise<void>) => Promise<void>;

function spaceChecks(check: Check): void {
  check("a new space has a call id of nine digits and a secret, and is found by both ids", async (store) => {
    const space = await store.createSpace({ name: "  Board room ", uri: "board.room", passcode: "4711" });
    assert.match(space.callId, /^[1-9]\d{8}$/);
    assert.match(space.secret, /^[\w-]{22}$/);
    assert.deepEqual(
      { name: space.name, uri: space.uri, locked: space.hasPasscode },
      {
        name: "Board room",
        uri: "board.room",
        locked: true,
      },
    );
    assert.deepEqual(await store.findByCallId(space.callId), space);
    assert.deepEqual(await store.findSpace(space.id), space);
  });

  check("spaces are listed by name, and a deleted one is gone", async (store) => {
    const names = async () => (await store.listSpaces()).map((space) => space.name);
    const b = await store.createSpace({ name: "B" });
    await store.createSpace({ name: "A" });
    assert.deepEqual(await names(), ["A", "B"]);
    assert.equal(await store.deleteSpace(b.id), true);
    assert.equal(await store.deleteSpace(b.id), false);
    assert.deepEqual(await names(), ["A"]);
  });

  check("a URI that is taken is refused, spaces without one do not collide", async (store) => {
    await store.createSpace({ name: "A", uri: "sales" });
    await store.createSpace({ name: "B" });
    await store.createSpace({ name: "C" });
    await rejects(store.createSpace({ name: "D", uri: "sales" }), "STORAGE_URI_TAKEN");
  });

  check("names, URIs and passcodes out of bounds are refused and nothing is stored", async (store) => {
    const bad = [{ name: " " }, { name: "x".repeat(201) }, { name: "A", uri: "a@b" }, { name: "A", passcode: "123" }];
    for (const space of bad) await rejects(store.createSpace(space), "STORAGE_BAD_SPACE");
    assert.deepEqual(await store.listSpaces(), []);
  });
}

function accessChecks(check: Check): void {
  check("the passcode or the secret opens a space, and nothing less", async (store) => {
    const space = await store.createSpace({ name: "A", passcode: "4711" });
    const enters = async (proof: { secret?: string; passcode?: string }) =>
      (await store.verifyAccess(space.callId, proof))?.id === space.id;
    assert.equal(await enters({ passcode: "4711" }), true);
    assert.equal(await enters({ secret: space.secret }), true);
    assert.equal(await enters({ secret: space.secret, passcode: "4711" }), true);
    assert.equal(await enters({}), false);
    assert.equal(await enters({ passcode: "4712" }), false);
    assert.equal(await enters({ passcode: "" }), false);
    assert.equal(await enters({ secret: "" }), false);
    assert.equal(await enters({ secret: space.secret.slice(1) }), false);
    assert.equal(await enters({ secret: space.secret, passcode: "4712" }), false);
    assert.equal(await enters({ secret: "wrong", passcode: "4711" }), false);
  });

  check("a space without a passcode needs none, but a wrong secret is not overlooked", async (store) => {
    const { callId, id, secret } = await store.createSpace({ name: "A" });
    assert.equal((await store.verifyAccess(callId, {}))?.id, id);
    assert.equal((await store.verifyAccess(callId, { secret }))?.id, id);
    assert.equal(await store.verifyAccess(callId, { secret: "withdrawn" }), undefined);
    assert.equal(await store.verifyAccess(callId, { passcode: "4711" }), undefined);
  });

  check("an unknown call id opens nothing, whatever is shown", async (store) => {
    for (const proof of [{}, { secret: "" }, { passcode: "decoy" }, { secret: "x", passcode: "y" }])
      assert.equal(await store.verifyAccess("000000000", proof), undefined);
  });
}

function sharingChecks(check: Check): void {
  check("the signing key has 32 bytes and is the same for all who open the storage", async (store, open, scope) => {
    const other = await open(scope);
    const [one, two] = await Promise.all([store.signingKey(), other.signingKey()]);
    assert.equal(one.length, 32);
    assert.deepEqual(one, two);
  });

  check("what one writes the other sees", async (store, open, scope) => {
    const other = await open(scope);
    const space = await store.createSpace({ name: "A" });
    assert.deepEqual(await other.findByCallId(space.callId), space);
  });

  check(
    "spaces created at once by two openers are all there, with call ids of their own",
    async (store, open, scope) => {
      const other = await open(scope);
      const made = await Promise.all(
        Array.from({ length: 40 }, (_, i) => (i % 2 ? store : other).createSpace({ name: `S${i}` })),
      );
      assert.equal(new Set(made.map((space) => space.callId)).size, 40);
      assert.equal((await store.listSpaces()).length, 40);
    },
  );
}

async function rejects(promise: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof TurnpikeError && error.code === code);
}
