import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { attributes, FIRST_CHANNEL, LAST_CHANNEL, Method, methodName, PasswordAlgorithmNumber } from "./index.ts";

type Entry = readonly [number: string | number, name: string, reference: string];
type Registry = Readonly<Record<"methods" | "attributes" | "channelNumbers" | "passwordAlgorithms", readonly Entry[]>>;

/** As IANA publishes it; `origin` in the file says where and of which day. */
const iana = JSON.parse(
  readFileSync(join(import.meta.dirname, "testdata/iana-stun-parameters.json"), "utf8"),
) as Registry;

/** Rows that IANA does not know. */
const PRIVATE = ["TURNPIKE-LOAD"];

function named(entries: readonly Entry[]): Map<number, string> {
  return new Map(entries.map(([number, name]) => [Number(number), name]));
}

test("every attribute has the number, the name and the document that IANA has, the private one excepted", () => {
  const registered = new Map(iana.attributes.map(([number, name, reference]) => [Number(number), { name, reference }]));
  for (const row of Object.values(attributes)) {
    const entry = registered.get(row.type);
    if (PRIVATE.includes(row.name)) assert.equal(entry, undefined, `${row.name} has been given to somebody else`);
    else {
      assert.equal(row.name, entry?.name);
      assert.equal(row.section.replace(/^RFC (\d+) [\d.]+$/, "RFC$1"), entry?.reference, row.name);
    }
  }
});

test("no two rows share a number or a name, and private ones are comprehension-optional", () => {
  const rows = Object.values(attributes);
  assert.equal(new Set(rows.map((row) => row.type)).size, rows.length);
  assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
  for (const row of rows.filter(({ name }) => PRIVATE.includes(name))) assert.ok(row.type >= 0xc000, row.name);
});

test("every method has the number and the name that IANA has", () => {
  const registered = named(iana.methods);
  for (const [name, method] of Object.entries(Method)) {
    assert.equal(registered.get(method)?.toLowerCase(), name.toLowerCase());
    assert.equal(methodName(method), name);
  }
  assert.equal(methodName(0x0ff), "0x0ff");
});

test("password algorithms and channel numbers are those of IANA", () => {
  const registered = named(iana.passwordAlgorithms);
  assert.equal(registered.get(PasswordAlgorithmNumber.md5), "MD5");
  assert.equal(registered.get(PasswordAlgorithmNumber.sha256), "SHA-256");
  const free = iana.channelNumbers.filter(([, name]) => name === "Unassigned").map(([range]) => range);
  assert.deepEqual(free, [`0x${FIRST_CHANNEL.toString(16)}-0x${LAST_CHANNEL.toString(16).toUpperCase()}`]);
});
