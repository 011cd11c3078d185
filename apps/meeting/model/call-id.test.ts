import assert from "node:assert/strict";
import { test } from "node:test";
import { editCallId, entryOf, entryOfPaste, groupCallId, linkPath, whereOf } from "./call-id.ts";

test("a meeting ID is shown in groups of three, however it was typed", () => {
  for (const typed of ["123456789", "123 456 789", "123-456-789", "123.456.789", " 1234 56789"])
    assert.equal(groupCallId(typed), "123 456 789");
  assert.equal(groupCallId("123"), "123");
  assert.equal(groupCallId("1234"), "123 4");
});

test("an address is left as it is typed", () => {
  assert.equal(groupCallId("anna.meet2024"), "anna.meet2024");
  assert.deepEqual(editCallId("123a", 4), { text: "123a", caret: 4 });
});

test("the caret stays behind the digit that was typed", () => {
  assert.deepEqual(editCallId("1234", 4), { text: "123 4", caret: 5 });
  assert.deepEqual(editCallId("1923 456", 2), { text: "192 345 6", caret: 2 });
  assert.deepEqual(editCallId("123 456 7890", 12), { text: "123 456 789 0", caret: 13 });
  assert.deepEqual(editCallId("", 0), { text: "", caret: 0 });
});

test("digits are a meeting ID, other words are an address", () => {
  assert.deepEqual(whereOf("123 456 789"), { callId: "123456789" });
  assert.deepEqual(whereOf("8001"), { callId: "8001" });
  assert.deepEqual(whereOf(" anna.meet "), { uri: "anna.meet" });
  assert.deepEqual(whereOf("sip:anna.meet@example.com"), { uri: "anna.meet@example.com" });
  for (const neither of ["", "   ", "anna meet", "a@b@c", '"x"', "<x>", "x".repeat(201), "1".repeat(0)])
    assert.equal(whereOf(neither), undefined, neither);
});

test("a link gives the meeting and its secret, and a stranger's path gives nothing", () => {
  assert.deepEqual(entryOf("/meeting/123456789", "?secret=a%20b&x=1"), { callId: "123456789", secret: "a b" });
  assert.deepEqual(entryOf("/meeting/123456789/", ""), { callId: "123456789" });
  assert.deepEqual(entryOf("/meeting/8001", "?secret=a"), { callId: "8001", secret: "a" });
  assert.deepEqual(entryOf("/meeting/anna", "?secret=a"), {});
  assert.deepEqual(entryOf("/", "?secret=a"), {});
});

test("a pasted invitation gives the meeting", () => {
  const invitation = "Join: https://join.example.com/meeting/123456789?secret=Xy-_9 (Meeting ID 123 456 789)";
  assert.deepEqual(entryOfPaste(invitation), { callId: "123456789", secret: "Xy-_9" });
  assert.deepEqual(entryOfPaste("Meeting ID: 987-654-321"), { callId: "987654321" });
  assert.deepEqual(entryOfPaste("+55 11 91234 5678"), {});
});

test("a link leads back to where it came from", () => {
  const entry = { callId: "123456789", secret: "a b&c" };
  const [path, search] = linkPath(entry).split("?");
  assert.deepEqual(entryOf(path!, `?${search}`), entry);
  assert.equal(linkPath({}), "/");
});
