import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { longTermKey } from "#stun";
import { addUser, readUsers, removeUser } from "./users-file.ts";

const folder = mkdtempSync(join(tmpdir(), "turn-users-"));
after(() => rmSync(folder, { recursive: true }));
let next = 0;
const fresh = () => join(folder, `users-${next++}`);

test("a user is kept as derived keys in a file that only its owner can read", () => {
  const file = fresh();
  addUser(file, "turnpike", "anna", "anna-password", "guest");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!readFileSync(file, "utf8").includes("anna-password"));
  const [user] = readUsers(file, "turnpike");
  assert.equal(user!.md5, longTermKey("anna", "turnpike", "anna-password").toString("hex"));
  assert.equal(user!.sha256.length, 64);
});

test("adding a user again changes password and role, removing it leaves the others", () => {
  const file = fresh();
  addUser(file, "turnpike", "anna", "one", "guest");
  addUser(file, "turnpike", "otto", "two", "bridge");
  const before = readUsers(file, "turnpike").find(({ username }) => username === "anna")!;
  addUser(file, "turnpike", "anna", "three", "bridge");
  const changed = readUsers(file, "turnpike").find(({ username }) => username === "anna")!;
  assert.equal(changed.role, "bridge");
  assert.notEqual(changed.md5, before.md5);
  removeUser(file, "turnpike", "anna");
  assert.deepEqual(
    readUsers(file, "turnpike").map(({ username }) => username),
    ["otto"],
  );
  assert.throws(() => removeUser(file, "turnpike", "anna"), { code: "TURN_USER_UNKNOWN" });
});

test("no file is no users; a broken one, one that others can read, and one of another realm are named", () => {
  assert.deepEqual(readUsers(fresh(), "turnpike"), []);
  const file = fresh();
  writeFileSync(file, "{", { mode: 0o600 });
  assert.throws(() => readUsers(file, "turnpike"), { code: "TURN_USERS_FILE" });
  writeFileSync(file, JSON.stringify({ realm: "turnpike", users: [{ username: "a", role: "king" }] }));
  assert.throws(() => readUsers(file, "turnpike"), { code: "TURN_USERS_FILE", message: /users\.0\.role/ });
  const good = fresh();
  addUser(good, "turnpike", "anna", "one", "guest");
  assert.throws(() => readUsers(good, "TANDBERG"), { code: "TURN_USERS_REALM", message: /turnpike.*TANDBERG/ });
  chmodSync(good, 0o644);
  assert.throws(() => readUsers(good, "turnpike"), { code: "TURN_USERS_OPEN", message: /644/ });
});

test("names that could not be used are refused", () => {
  for (const name of ["", "1789000000:guest:anna", "a\nb", "x".repeat(509)])
    assert.throws(() => addUser(fresh(), "turnpike", name, "secret", "guest"), { code: "TURN_USER_BAD_NAME" });
});
