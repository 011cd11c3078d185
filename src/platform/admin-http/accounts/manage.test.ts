import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base";
import { readAccounts, updateAccounts } from "./file.ts";
import { addAdministrator, removeAdministrator, resetAdministratorTotp, setAdministratorPassword } from "./manage.ts";

const clock = new ManualClock();
const password = "a-long-password";

function place(context: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "turnpike-accounts-"));
  context.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "secrets", "administrators.json");
  const add = (name: string, role: "admin" | "api" | "read-only" = "admin", secret = password) =>
    addAdministrator(file, { name, role, password: secret }, clock);
  const names = () => readAccounts(file).map(({ name, role }) => `${name} ${role}`);
  return { dir, file, add, names };
}

test("an administrator is kept with a hash in a file that only its owner reads", async (context) => {
  const { file, add, names } = place(context);
  await add("ann");
  await add("rob", "api");
  assert.deepEqual(names(), ["ann admin", "rob api"]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = readFileSync(file, "utf8");
  assert.match(text, /"passwordHash": "\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.ok(!text.includes(password) && !existsSync(`${file}.new`));
});

test("names that cannot be typed into a Basic header, taken names and weak passwords are refused", async (context) => {
  const { add, names } = place(context);
  await add("ann");
  for (const name of ["", "a:b", "a b", "a\n", "a\u202eb", "x".repeat(65)])
    await assert.rejects(add(name), { code: "ADMIN_NAME_BAD" });
  await assert.rejects(add("ann"), { code: "ADMIN_NAME_TAKEN" });
  for (const weak of ["123456789", "aaaaaaaaaaaaaaaa", "x".repeat(257)])
    await assert.rejects(add("bob", "admin", weak), (error: Error & { code?: string }) => {
      assert.ok(!error.message.includes(weak));
      return error.code === "ADMIN_PASSWORD_WEAK";
    });
  await add("Zoë"); // composed
  await assert.rejects(add("Zoe\u0308"), { code: "ADMIN_NAME_TAKEN" });
  assert.deepEqual(names(), ["ann admin", "Zoë admin"]);
});

test("the last administrator cannot be removed, others can", async (context) => {
  const { file, add, names } = place(context);
  await add("ann");
  await add("rob", "api");
  await assert.rejects(removeAdministrator(file, "ann"), { code: "ADMIN_LAST" });
  await assert.rejects(removeAdministrator(file, "nobody"), { code: "ADMIN_NAME_UNKNOWN" });
  await add("bob");
  await removeAdministrator(file, "ann");
  await removeAdministrator(file, "rob");
  assert.deepEqual(names(), ["bob admin"]);
});

test("a new password replaces the hash, and a reset takes the second factor away", async (context) => {
  const { file, add } = place(context);
  await add("ann");
  const [before] = readAccounts(file);
  await updateAccounts(file, ([ann]) => [{ ...ann!, totp: { secret: "A".repeat(32), lastStep: 1 } }]);
  clock.advance(1000);
  await setAdministratorPassword(file, "ann", "another-password", clock);
  await assert.rejects(setAdministratorPassword(file, "bob", "another-password", clock), {
    code: "ADMIN_NAME_UNKNOWN",
  });
  const [changed] = readAccounts(file);
  assert.notEqual(changed!.passwordHash, before!.passwordHash);
  assert.deepEqual([changed!.totp?.lastStep, changed!.changedAt], [1, clock.now()]);
  await resetAdministratorTotp(file, "ann", clock);
  assert.equal(readAccounts(file)[0]!.totp, undefined);
});

test("of many changes at once none is lost, and a draft that a dead process left is no obstacle", async (context) => {
  const { file, add, names } = place(context);
  await add("ann");
  writeFileSync(`${file}.new`, "half");
  utimesSync(`${file}.new`, new Date(0), new Date(0));
  const [ann] = readAccounts(file);
  const more = Array.from({ length: 10 }, (_, i) => ({ ...ann!, name: `n${i}` }));
  await Promise.all(more.map((one) => updateAccounts(file, (list) => [...list, one])));
  assert.equal(names().length, 11);
});

test("a change that fails leaves the file as it was", async (context) => {
  const { file, add } = place(context);
  await add("ann");
  const before = readFileSync(file, "utf8");
  const fails = () => {
    throw new Error("no");
  };
  await assert.rejects(updateAccounts(file, fails), { message: "no" });
  assert.deepEqual([readFileSync(file, "utf8"), existsSync(`${file}.new`)], [before, false]);
});

test("a file that is open to others, broken or doubled is refused with its fault; an empty one has nobody", async (context) => {
  const { file, add } = place(context);
  assert.deepEqual(readAccounts(file), []);
  await add("ann");
  const [ann] = readAccounts(file);
  chmodSync(file, 0o640);
  assert.throws(() => readAccounts(file), { code: "ADMIN_ACCOUNTS_OPEN", message: /mode 640/ });
  chmodSync(file, 0o600);
  for (const [text, why] of [
    ["{", /JSON/],
    ['{"administrators":[{}]}', /administrators\.0\.name/],
    [JSON.stringify({ administrators: [ann, ann] }), /stands twice/],
    [JSON.stringify({ administrators: [{ ...ann, passwordHash: "clear" }] }), /passwordHash/],
  ] as const) {
    writeFileSync(file, text);
    assert.throws(() => readAccounts(file), { code: "ADMIN_ACCOUNTS_FILE", message: why });
  }
  writeFileSync(file, "\n");
  assert.deepEqual(readAccounts(file), []);
});

test("what root changes stays the role's own file", { skip: process.getuid?.() !== 0 }, async (context) => {
  const { file, add } = place(context);
  await add("ann");
  chownSync(file, 1234, 1234);
  await add("bob");
  assert.deepEqual([statSync(file).uid, statSync(file).gid], [1234, 1234]);
});
