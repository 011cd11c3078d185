import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { TurnpikeError } from "../errors.ts";
import { hostPort, path, portRange } from "./fields.ts";
import { loadConfig, parseConfig } from "./load.ts";

const schema = z.strictObject({
  listen: hostPort(),
  turn: z
    .strictObject({ ports: portRange().prefault("24000-29999"), realm: z.string().default("turnpike") })
    .prefault({}),
  certificate: path().optional(),
  users: z.array(z.strictObject({ passwordFile: path() })).default([]),
});

function refusal(text: string): TurnpikeError {
  try {
    parseConfig("/etc/turnpike/edge.yaml", text, schema);
  } catch (error) {
    if (error instanceof TurnpikeError) return error;
  }
  return assert.fail("accepted");
}

test("defaults are filled in and the result is frozen", () => {
  const config = parseConfig("edge.yaml", "listen: 10.0.0.1:443", schema);
  assert.deepEqual(config.turn, { ports: { first: 24000, last: 29999 }, realm: "turnpike" });
  assert.ok(Object.isFrozen(config.turn));
});

test("paths are relative to the file", () => {
  const config = parseConfig(
    "/etc/tp/edge.yaml",
    "listen: a:1\ncertificate: certs/x.pem\nusers: [{passwordFile: p}]",
    schema,
  );
  assert.equal(config.certificate, "/etc/tp/certs/x.pem");
  assert.equal(config.users[0]?.passwordFile, "/etc/tp/p");
});

test("an unknown key names the file, the key and the nearest known one", () => {
  const error = refusal("listen: a:1\nturn: {relm: x}");
  assert.equal(error.code, "CONFIG_UNKNOWN_KEY");
  assert.equal(error.message, "/etc/turnpike/edge.yaml: unknown key `turn.relm`");
  assert.equal(error.remedy, "did you mean `realm`?");
});

test("an unknown key inside a list names its place", () => {
  assert.match(refusal("listen: a:1\nusers: [{pasword: x}]").message, /users\.0/);
});

test("a bad value names the key and what it should look like", () => {
  const error = refusal("listen: nowhere");
  assert.equal(error.code, "CONFIG_BAD_VALUE");
  assert.match(error.message, /`listen`: "nowhere" is not host:port, such as/);
});

test("broken YAML names the line", () => {
  assert.match(refusal("listen: a:1\nturn: [").message, /edge\.yaml:\d: not valid YAML/);
});

test("a missing file says how to write one", () => {
  assert.throws(() => loadConfig("/nowhere/edge.yaml", schema), /cannot be read/);
});
