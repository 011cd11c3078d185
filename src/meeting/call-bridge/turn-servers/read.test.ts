import assert from "node:assert/strict";
import { test } from "node:test";
import { Scope } from "#base";
import { type Fields, openTestStorage } from "#storage";
import { readTurnServers } from "./read.ts";

async function testWorld(scope: Scope) {
  const storage = await openTestStorage(scope);
  const insert = (noun: string, fields: Fields) =>
    storage.change(async (writer) => (await writer.insert({ noun, fields })).id);
  const read = async (fields: Fields, callBridge = "cb1") => {
    const id = await insert("turnServer", fields);
    return (await readTurnServers(storage, callBridge)).find((server) => server.id === id)!;
  };
  return { insert, read };
}

test("an object is read with the API's defaults", async () => {
  await using scope = new Scope();
  const { read } = await testWorld(scope);
  const { id, ...server } = await read({ serverAddress: "10.0.1.2", username: "u", password: "p" });
  assert.deepEqual(server, {
    ...{ serverAddress: "10.0.1.2", clientAddress: "10.0.1.2", type: "standard", portNumber: 3478, transport: "udp" },
    ...{ tcpPortNumberOverride: undefined, tlsAddress: undefined, ours: true },
    credentials: { kind: "static", username: "u", password: "p" },
  });
});

const SECRET = { sharedSecret: "north", username: "u", password: "p" };
const credentials: [what: string, fields: Fields, credentials: object][] = [
  [
    "short-term credentials that are asked for",
    { ...SECRET, useShortTermCredentials: true },
    { kind: "short-term", sharedSecret: "north" },
  ],
  [
    "a shared secret that is not to be used",
    { ...SECRET, useShortTermCredentials: false },
    { kind: "static", username: "u", password: "p" },
  ],
  [
    "short-term credentials without a secret",
    { username: "u", password: "p", useShortTermCredentials: true },
    { kind: "none", missing: "sharedSecret" },
  ],
  ["no user name", { sharedSecret: "north" }, { kind: "none", missing: "username" }],
];
for (const [what, fields, expected] of credentials)
  test(`credentials: ${what}`, async () => {
    await using scope = new Scope();
    const { read } = await testWorld(scope);
    assert.deepEqual((await read({ serverAddress: "10.0.1.2", ...fields })).credentials, expected);
  });

test("a server is ours unless it names another Call Bridge or another group", async () => {
  await using scope = new Scope();
  const { insert, read } = await testWorld(scope);
  const [north, south] = [
    await insert("callBridgeGroup", { name: "north" }),
    await insert("callBridgeGroup", { name: "south" }),
  ];
  const us = await insert("callBridge", { name: "cb1", callBridgeGroup: north });
  const other = await insert("callBridge", { name: "cb2" });
  const ours = async (fields: Fields, name?: string) =>
    (await read({ serverAddress: "10.0.1.2", ...fields }, name)).ours;
  assert.equal(await ours({}), true);
  assert.equal(await ours({ callBridge: us }), true);
  assert.equal(await ours({ callBridge: other }), false);
  assert.equal(await ours({ callBridgeGroup: north }), true);
  assert.equal(await ours({ callBridgeGroup: south }), false);
  assert.equal(await ours({ callBridge: us, callBridgeGroup: south }), false);
  assert.equal(await ours({ callBridgeGroup: north }, "cb2"), false, "a Call Bridge without a group is in none");
  assert.equal(await ours({ callBridge: us }, "cb3"), false, "nor has one without an object a name");
});
