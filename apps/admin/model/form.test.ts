import assert from "node:assert/strict";
import { test } from "node:test";
import { clashesOf, mergedDraft } from "./conflict.ts";
import { changesOf, type Draft, draftOf, PRESENT, problemsOf, ticked, typed } from "./form.ts";
import type { SchemaField } from "./schema.ts";

const FIELDS: readonly SchemaField[] = [
  { name: "name", help: "", type: "text", max: 5, required: true },
  { name: "port", help: "", type: "number", min: 1, max: 65_535 },
  { name: "open", help: "", type: "boolean", default: true },
  { name: "type", help: "", type: "enum", values: ["a", "b"], default: "b" },
  { name: "password", help: "", type: "text", max: 50, secret: "write-only" },
  { name: "bridge", help: "", type: "reference", to: "callBridge" },
  { name: "callId", help: "", type: "text", max: 9, pattern: "\\d+", form: "digits" },
];
const STORED = { name: "one", port: 3478, open: false, password: PRESENT };
const edited = (...edits: readonly ((draft: Draft) => Draft)[]) =>
  edits.reduce((draft, edit) => edit(draft), draftOf(FIELDS, STORED));

test("what is set is ticked, also a false and a secret that is not shown", () => {
  const draft = draftOf(FIELDS, STORED);
  const set = Object.entries(draft).filter(([, entry]) => entry.ticked);
  assert.deepEqual(
    set.map(([name]) => name),
    ["name", "port", "open", "password"],
  );
  assert.equal(draft.password?.text, "");
  assert.equal(draft.type?.text, "b", "a drop-down shows the default");
});

test("only what was changed is sent, and what was unticked is unset", () => {
  assert.deepEqual(changesOf(FIELDS, STORED, edited()), {});
  const draft = edited(
    (old) => typed(old, "name", " two "),
    (old) => ticked(old, "port", false),
    (old) => ticked(old, "type", true),
    (old) => typed(old, "open", "false"),
  );
  assert.deepEqual(changesOf(FIELDS, STORED, draft), { name: "two", port: "", type: "b" });
});

test("a secret is sent when it is typed, kept when it is not, and unset when it is unticked", () => {
  const of = (draft: Draft) => changesOf(FIELDS, STORED, draft).password;
  assert.equal(of(edited()), undefined);
  assert.equal(of(edited((old) => typed(old, "password", " x "))), " x ", "spaces belong to it");
  assert.equal(of(edited((old) => ticked(old, "password", false))), "");
});

test("what the server would refuse is said before it is asked", () => {
  const draft = edited(
    (old) => typed(old, "name", "longer"),
    (old) => typed(old, "port", "70000"),
    (old) => typed(old, "bridge", "not an id"),
    (old) => typed(old, "callId", "12a"),
  );
  assert.deepEqual(problemsOf(FIELDS, draft, false), {
    name: { what: "tooLong", max: 5 },
    port: { what: "outOfRange", min: 1, max: 65_535 },
    bridge: { what: "notAnId" },
    callId: { what: "form", form: "digits" },
  });
  assert.deepEqual(problemsOf(FIELDS, draftOf(FIELDS, {}), true), { name: { what: "missing" } });
  const number = problemsOf(
    FIELDS,
    edited((old) => typed(old, "port", "1e3")),
    false,
  );
  assert.deepEqual(number, { port: { what: "notANumber" } });
});

test("two changes of one value clash; of different values, or to the same, they do not", () => {
  const mine = { name: "mine", port: "1", type: "a", password: "new" };
  const theirs = { ...STORED, name: "their", port: 1 };
  assert.deepEqual(clashesOf(STORED, theirs, mine), [{ field: "name", theirs: "their", mine: "mine" }]);
});

test("what is chosen in a conflict is laid over what is stored now", () => {
  const draft = edited(
    (old) => typed(old, "name", "mine"),
    (old) => typed(old, "port", "9"),
  );
  const changed = changesOf(FIELDS, STORED, draft);
  const fresh = { ...STORED, name: "their", open: true };
  const merged = mergedDraft(FIELDS, draftOf(FIELDS, fresh), draft, changed, new Set(["name"]));
  assert.deepEqual(changesOf(FIELDS, fresh, merged), { port: "9" });
});
