import assert from "node:assert/strict";
import { test } from "node:test";
import type { JoinHostView } from "./answers.ts";
import { isHostName, joinHostChange, joinHostDraft, newJoinHost } from "./join-host.ts";

test("a new one is on, found by DNS and trusted as the system says: nothing of that is sent", () => {
  const draft = { ...joinHostDraft(undefined), host: " Join.Example.COM ", trustFile: "left over" };
  assert.deepEqual(newJoinHost(draft), {
    ...{ host: "join.example.com", whip: false, automaticRules: true, enabled: true },
  });
});

const STORED = {
  ...{ host: "join.example.com", target: "10.0.0.5:443", trust: "pinned", trustFile: "/etc/wb.pem" },
  ...{ whip: true, automaticRules: true, enabled: false },
} as JoinHostView;

test("of one that is there only what differs is sent", () => {
  const draft = joinHostDraft(STORED);
  assert.deepEqual(joinHostChange(STORED, draft), {});
  assert.deepEqual(joinHostChange(STORED, { ...draft, enabled: true }), { enabled: true });
});

test("what is emptied is taken away, and another kind of trust takes the place of the first", () => {
  const draft = { ...joinHostDraft(STORED), target: " ", trust: "ca", trustFile: "ca.pem" } as const;
  assert.deepEqual(joinHostChange(STORED, draft), { target: "", ca: "ca.pem", certificate: "" });
});

test("a host name is a name alone", () => {
  for (const good of ["join.example.com", "a", "x-1.example"]) assert.ok(isHostName(good), good);
  for (const bad of ["", "https://join.example.com", "join.example.com:443", "-a", "a..b", "a_b", "a".repeat(64)])
    assert.ok(!isHostName(bad), bad);
});
