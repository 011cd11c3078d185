import assert from "node:assert/strict";
import { test } from "node:test";
import { Method } from "#stun";
import { relayedOf } from "./raw-client.ts";
import { ADVERTISED, ANNA, BRIDGE, peerAddress, world } from "./test-world.ts";

const RELAYS_ONLY = "a guest reaches only relays of bridges";
const PUBLIC = "a bridge reaches public addresses";

test("why says the role, the canonical address and the rule for a user, a short-term name or a role", async () => {
  await using w = await world({ neverPeers: [{ address: "127.0.0.9", port: 443 }], defaultRole: "bridge" });
  const relayed = relayedOf(await (await w.udp()).allocate(BRIDGE));
  const relay = `${ADVERTISED}:${relayed.port}`;
  const ROWS: readonly (readonly [string, string, string, string, boolean, string])[] = [
    ["anna", "8.8.8.8", "guest anna", "8.8.8.8", false, RELAYS_ONLY],
    ["bridge1", "8.8.8.8:53", "bridge bridge1", "8.8.8.8", true, PUBLIC],
    ["1789000000:guest:g1", "8.8.8.8", "guest g1", "8.8.8.8", false, RELAYS_ONLY],
    ["1789000000:g1", "8.8.8.8", "bridge g1", "8.8.8.8", true, PUBLIC],
    ["1789000000", "8.8.8.8", "bridge anybody", "8.8.8.8", true, PUBLIC],
    ["guest", relay, "guest anybody", ADVERTISED, true, "a relay of this server"],
    ["guest", ADVERTISED, "guest anybody", ADVERTISED, true, "relays of this server, by address"],
    ["bridge", "[64:ff9b::a00:1]:80", "bridge anybody", "10.0.0.1", false, "not a public address"],
    ["bridge", "64:ff9b::7f00:1", "bridge anybody", "127.0.0.1", true, "turn.allowPeers.bridge"],
    ["bridge", "127.0.0.9:443", "bridge anybody", "127.0.0.9", false, "a listener of this edge"],
    ["bridge", "::", "bridge anybody", "::", false, "not the address of a host"],
    ["guest", `${ADVERTISED}:9`, "guest anybody", ADVERTISED, false, "an address of this machine, where no relay is"],
  ];
  for (const [credential, peer, who, canonical, allowed, rule] of ROWS) {
    const verdict = w.server.why(credential, peer);
    assert.deepEqual(
      [`${verdict.role} ${verdict.user}`, verdict.canonical, verdict.allowed, verdict.rule],
      [who, canonical, allowed, rule],
      `${credential} ${peer}`,
    );
  }
});

test("why says what is wrong with a question that it cannot answer", async () => {
  await using w = await world();
  for (const peer of ["", "example.com", "example.com:80", "10.0.0.1:99999", "010.0.0.1", "[::1", "1.2.3.4:x"])
    assert.throws(() => w.server.why("anna", peer), { code: "TURN_BAD_PEER" }, peer);
  for (const credential of ["", "nobody", "anna:guest", ":guest:x"])
    assert.throws(() => w.server.why(credential, "8.8.8.8"), { code: "TURN_BAD_CREDENTIAL" }, credential);
});

test("every 403 is counted by its rule, and the log tells of an allocation's first 20 only (coturn #592)", async () => {
  await using w = await world({ allowPeers: { guest: [], bridge: [] } });
  const client = await w.udp();
  await client.allocate(ANNA);
  for (let i = 0; i < 30; i++) await client.request(Method.createPermission, [peerAddress(`10.0.0.${i}`)], ANNA);
  await client.request(Method.createPermission, [peerAddress("8.8.8.8")], ANNA);
  const { refusedPeers, responses } = w.server.status();
  assert.deepEqual(refusedPeers, { "not a public address": 30, [RELAYS_ONLY]: 1 });
  assert.equal(responses["403"], 31);
  const told = w.lines.filter(({ event }) => event === "TURN peer refused");
  assert.equal(told.length, 20);
  assert.deepEqual(told[0]!.fields, {
    peer: { address: "10.0.0.0", port: 0 },
    rule: "not a public address",
    role: "guest",
    user: "anna",
    client: client.local,
  });
});
