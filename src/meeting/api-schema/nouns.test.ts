import assert from "node:assert/strict";
import { test } from "node:test";
import { type Field, formOf, NOUNS, parseValue, schemaJson } from "./index.ts";

const fields = [...NOUNS.values()].flatMap((noun) => noun.fields.map((field) => ({ noun, field })));

test("every name is there once, whatever its case", () => {
  for (const noun of NOUNS.values()) {
    const names = noun.fields.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map((name) => name.toLowerCase());
    const ignored = (noun.ignored ?? []).map((name) => name.toLowerCase());
    assert.equal(new Set([...names, ...ignored]).size, names.length + ignored.length, noun.name);
  }
  const plurals = [...NOUNS.values()].map(({ parent, under, plural }) => [parent, under, plural].join("/"));
  assert.equal(new Set(plurals).size, plurals.length);
});

test("parents and sort fields exist, and references lead to nouns unless they are only taken empty", () => {
  for (const { parent, sort, fields } of NOUNS.values()) {
    assert.ok(parent === undefined || NOUNS.has(parent));
    assert.ok(sort === undefined || fields.some(({ name }) => name === sort));
  }
  const lost = fields.filter(({ field }) => field.type === "reference" && !NOUNS.has(field.to) && !field.virtual);
  assert.deepEqual(lost, []);
});

test("defaults are values that the field takes, and secrets are neither searched nor unique", () => {
  for (const { noun, field } of fields) {
    if (field.default !== undefined)
      assert.deepEqual(
        parseValue(field, String(field.default)),
        { ok: true, value: field.default },
        `${noun.name}.${field.name}`,
      );
    if (field.secret) assert.ok(!field.searched && !field.claim && field.type === "text", `${noun.name}.${field.name}`);
    if (field.claim) assert.equal(field.type, "text");
  }
});

test("the parameters of a profile have no default, so that they are inherited", () => {
  for (const name of ["callLegProfile", "callProfile", "webBridgeProfile"])
    assert.deepEqual(
      NOUNS.get(name)!.fields.filter((field) => field.default !== undefined),
      [],
    );
});

test("a TURN server's fields stand in the guide's order", () => {
  const names = NOUNS.get("turnServer")!
    .fields.filter(({ extension }) => !extension)
    .map(({ name }) => name);
  assert.deepEqual(names, [
    "serverAddress",
    "clientAddress",
    "numRegistrations",
    "username",
    "password",
    "useShortTermCredentials",
    "sharedSecret",
    "type",
    "tcpPortNumberOverride",
    "callBridge",
    "callBridgeGroup",
  ]);
});

test("what a field takes", () => {
  const field = (noun: string, name: string): Field => NOUNS.get(noun)!.fields.find((one) => one.name === name)!;
  const table: [string, string, string, unknown][] = [
    ["turnServer", "useShortTermCredentials", "TRUE", true],
    ["turnServer", "useShortTermCredentials", "1", undefined],
    ["turnServer", "type", "Expressway", "expressway"],
    ["turnServer", "portNumber", "65535", 65_535],
    ["turnServer", "portNumber", "65536", undefined],
    ["turnServer", "portNumber", "1e3", undefined],
    ["turnServer", "portNumber", " 5", undefined],
    ["turnServer", "callBridge", "8B6DC06E-6A0B-4983-AA9C-BF49826F7756", "8b6dc06e-6a0b-4983-aa9c-bf49826f7756"],
    ["webBridge", "url", "c2w://[2001:db8::1]:9999", "c2w://[2001:db8::1]:9999"],
    ["webBridge", "url", "https://web.example.com", undefined],
    ["webBridge", "url", "c2w://web.example.com", undefined],
    ["coSpace", "uri", "ken.space", "ken.space"],
    ["coSpace", "uri", "ken@example.com", undefined],
    ["coSpace", "callId", "0123", "0123"],
    ["coSpace", "secret", "V_diBH_9ARvojUzOOy38Cg", "V_diBH_9ARvojUzOOy38Cg"],
    ["coSpace", "secret", "short", undefined],
    ["coSpace", "name", "\u{1f600}".repeat(200), "\u{1f600}".repeat(200)],
    ["coSpace", "name", "x".repeat(201), undefined],
    ["coSpace", "name", "a\u0007b", undefined],
    ["webhook", "events", "callStart, callEnd", "callStart, callEnd"],
  ];
  for (const [noun, name, text, expected] of table) {
    const parsed = parseValue(field(noun, name), text);
    assert.deepEqual(parsed.ok ? parsed.value : undefined, expected, `${noun}.${name} ${text}`);
    if (!parsed.ok) assert.ok(parsed.detail.length > 3);
  }
});

test("the schema for pages is JSON, with words for what may be given and nothing internal", () => {
  const schema = JSON.parse(JSON.stringify(schemaJson())) as ReturnType<typeof schemaJson>;
  const user = schema.find(({ name }) => name === "user")!;
  assert.ok(!user.fields.some(({ name }) => name === "passwordHash"));
  assert.equal(user.fields.find(({ name }) => name === "userJid")!.form, "name@domain");
  assert.deepEqual(
    ["accessMethod", "cdrReceiver", "cluster"].map((name) => schema.find((noun) => noun.name === name)!.path),
    ["coSpaces/{id}/accessMethods", "system/cdrReceivers", "system/configuration/cluster"],
  );
  for (const { field } of fields) assert.ok(formOf(field).length > 3 && field.help.length > 3, field.name);
});
