import assert from "node:assert/strict";
import { test } from "node:test";
import { attribute, attributes, Method } from "#stun";
import { until } from "#until";
import { BlockedCheck } from "./blocked-sources.ts";
import { codeOf, relayedOf } from "./raw-client.ts";
import { ANNA, BRIDGE, UDP, world } from "./test-world.ts";

const ASK = attribute(attributes.mobilityTicket, new Uint8Array(0));

test("a block ends what the source holds, over UDP and TCP, also what could move; others keep theirs", async () => {
  await using w = await world({ mobility: true });
  const [udp, tcp, other] = [await w.udp(), await w.tcp(), await w.udp("127.0.0.2")];
  relayedOf(await udp.allocate(ANNA));
  relayedOf(await tcp.allocate(BRIDGE, [ASK]));
  relayedOf(await other.allocate(ANNA));
  assert.deepEqual(w.server.block({ networks: ["127.0.0.1"], exempt: [] }), { "127.0.0.1": 2 });
  assert.deepEqual(
    w.server.allocations().map(({ client }) => client.address),
    ["127.0.0.2"],
  );
  await until(() => tcp.closed);
  assert.equal(codeOf(await other.request(Method.refresh, [], ANNA)), 0);
});

test("who is blocked is met with silence, also with good credentials, and is answered again afterwards", async () => {
  await using w = await world();
  const client = await w.udp();
  await client.challenge();
  w.server.block({ networks: ["127.0.0.1"], exempt: [] });
  client.write(client.encode(Method.allocate, [UDP], ANNA));
  await until(() => w.server.status().silent.blocked === 1);
  assert.deepEqual([client.received, w.server.allocations()], [[], []]);
  assert.deepEqual(w.server.block({ networks: [], exempt: [] }), {});
  relayedOf(await client.allocate(ANNA));
});

test("an exempt address is let in, whatever is blocked around it", () => {
  const blocked = new BlockedCheck();
  blocked.set({ networks: ["192.0.2.7", "2001:db8:1:2::/64"], exempt: ["192.0.2.0/24", "2001:db8:1:2::5/128"] });
  const asked = ["192.0.2.7", "2001:db8:1:2::5", "2001:db8:1:2::6", "2001:db8:1:3::6", "::ffff:192.0.2.8"];
  assert.deepEqual(
    asked.filter((address) => blocked.has(address)),
    ["2001:db8:1:2::6"],
  );
});
