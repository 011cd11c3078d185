import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type ConfigField,
  configChanges,
  configDraft,
  configProblems,
  fieldNamedIn,
  isBelow,
  linesOf,
  textOfValue,
} from "./config-form.ts";

const FIELDS: readonly ConfigField[] = [
  { key: "turn.realm", kind: "text" },
  { key: "turn.relay.ports", kind: "text" },
  { key: "turn.tcp443", kind: "switch" },
  { key: "turn.wrongPasswordCode", kind: "choice", choices: ["401", "431"], isNumber: true },
  { key: "turn.listen", kind: "lines" },
  { key: "admin.idleTimeoutMinutes", kind: "number" },
];

const config = {
  written: { turn: { realm: "TANDBERG", listen: ["10.0.0.1:3478"] } },
  holds: {
    turn: {
      realm: "TANDBERG",
      tcp443: false,
      wrongPasswordCode: 401,
      relay: { ports: { first: 24000, last: 29999 } },
      listen: [{ address: "10.0.0.1", port: 3478 }],
    },
    admin: { idleTimeoutMinutes: 30 },
  },
};

const before = configDraft(FIELDS, config);

describe("the draft of a form", () => {
  test("shows what is written, and what holds where nothing is", () => {
    assert.deepEqual(before, {
      "turn.realm": "TANDBERG",
      "turn.relay.ports": "24000-29999",
      "turn.tcp443": "false",
      "turn.wrongPasswordCode": "401",
      "turn.listen": "10.0.0.1:3478",
      "admin.idleTimeoutMinutes": "30",
    });
  });

  test("writes addresses, ranges and lists as the file has them", () => {
    assert.equal(textOfValue({ address: "2001:db8::1", port: 443 }), "[2001:db8::1]:443");
    assert.equal(textOfValue(["a", "b"]), "a\nb");
    assert.equal(textOfValue(undefined), "");
  });
});

describe("what is sent", () => {
  test("only what differs, each as its kind", () => {
    const draft = {
      ...before,
      "turn.tcp443": "true",
      "turn.wrongPasswordCode": "431",
      "turn.listen": "10.0.0.1:3478\n[2001:db8::1]:3478",
      "admin.idleTimeoutMinutes": " 15 ",
    };
    assert.deepEqual(configChanges(FIELDS, before, draft), [
      { path: ["turn", "tcp443"], value: true },
      { path: ["turn", "wrongPasswordCode"], value: 431 },
      { path: ["turn", "listen"], value: ["10.0.0.1:3478", "[2001:db8::1]:3478"] },
      { path: ["admin", "idleTimeoutMinutes"], value: 15 },
    ]);
  });

  test("an emptied text takes the key out of the file; blanks and empty lines are no change", () => {
    assert.deepEqual(configChanges(FIELDS, before, { ...before, "turn.realm": " " }), [{ path: ["turn", "realm"] }]);
    assert.deepEqual(configChanges(FIELDS, before, { ...before, "turn.listen": " 10.0.0.1:3478 \n\n" }), []);
  });
});

test("what is no number is told before anything is sent", () => {
  assert.deepEqual(configProblems(FIELDS, { ...before, "admin.idleTimeoutMinutes": "often" }), [
    "admin.idleTimeoutMinutes",
  ]);
  assert.deepEqual(configProblems(FIELDS, before), []);
});

test("a key is in a list of keys if it or one above it is", () => {
  assert.ok(isBelow(["turn.realm", "web.limits"], "turn.realm"));
  assert.ok(isBelow(["turn.realm", "web.limits"], "web.limits.idleMs"));
  assert.ok(!isBelow(["turn.realm", "web.limits"], "turn.realms"));
  assert.ok(!isBelow(["turn.realm"], "turn"));
});

test("a refusal is shown at the field that it names", () => {
  assert.equal(fieldNamedIn(FIELDS, "edge.yaml: `turn.realm`: too long"), "turn.realm");
  assert.equal(fieldNamedIn(FIELDS, "`turn.listen.0`: no address"), "turn.listen");
  assert.equal(fieldNamedIn(FIELDS, "`web.listen`: no address"), undefined);
  assert.equal(fieldNamedIn(FIELDS, "turn.relay.ports cannot change while it runs"), "turn.relay.ports");
  assert.equal(fieldNamedIn(FIELDS, "it is taken"), undefined);
});

test("a list is given by lines or commas", () => {
  assert.deepEqual(linesOf("10.0.0.0/8, 192.168.0.0/16\n\n::1"), ["10.0.0.0/8", "192.168.0.0/16", "::1"]);
});
