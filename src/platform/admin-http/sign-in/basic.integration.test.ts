import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword } from "../index.ts";
import { adminWorld, basic } from "../testing/admin-world.ts";

const routes = [{ method: "GET", path: "/api/thing", run: () => ({}) }] as const;

test("a program asks as often as it likes, and ten thousand requests cost no ten thousand hashes", async (context) => {
  const { ask } = await adminWorld(context, { sources: { routes } });
  const started = process.cpuUsage();
  for (let i = 0; i < 20; i++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask("/api/thing", { auth: basic() })));
    assert.ok(answers.every(({ status }) => status === 200));
  }
  // 400 hashes would take some 8 s of processor time.
  const { user } = process.cpuUsage(started);
  assert.ok(user < 6_000_000, `${user / 1e6} s`);
});

test("credentials that were right a moment ago are wrong at once when password, account or role change", async (context) => {
  const { ask, update } = await adminWorld(context, { sources: { routes }, accounts: { ann: "admin", bob: "admin" } });
  const look = async (name: string) => (await ask("/api/thing", { auth: basic(name) })).status;
  assert.deepEqual([await look("ann"), await look("bob")], [200, 200]);
  const passwordHash = await hashPassword("another-password");
  await update((list) => list.filter(({ name }) => name === "ann").map((account) => ({ ...account, passwordHash })));
  assert.deepEqual([await look("ann"), await look("bob")], [401, 401]);
});

test("wrong credentials are not remembered: they are right as soon as the account is made", async (context) => {
  const { ask, update } = await adminWorld(context, { sources: { routes }, accounts: { ann: "admin" } });
  assert.equal((await ask("/api/thing", { auth: basic("bob") })).status, 401);
  await update((list) => [...list, { ...list[0]!, name: "bob" }]);
  assert.equal((await ask("/api/thing", { auth: basic("bob") })).status, 200);
});
