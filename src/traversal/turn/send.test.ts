import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryLog, Scope, type TransportAddress } from "#base";
import { openTypescriptPlane } from "#packet-plane";
import { attributes, Method } from "#stun";
import { startTurnServer } from "./index.ts";
import { RawClient, relayedOf } from "./raw-client.ts";
import { BRIDGE, guest, peerAddress, relayOptions, testOptions } from "./test-world.ts";

/** A server that counts the packets of clients that its plane does not pass by itself. */
async function counted(scope: Scope) {
  const up = { count: 0 };
  const options = testOptions({ relay: relayOptions({ ipv4: { address: "127.0.0.1", advertised: "127.0.0.1" } }) });
  const server = await startTurnServer(options, scope, memoryLog(), {
    plane: {
      open: (own, listener) =>
        openTypescriptPlane(own, {
          onPacket: (path, bytes) => {
            up.count++;
            listener.onPacket(path, bytes);
          },
        }),
      why: "the test counts",
    },
  });
  const allocated = async (account: typeof BRIDGE, peer?: TransportAddress) => {
    const client = await RawClient.udp(scope, server.listening[0]!);
    const relayed = relayedOf(await client.allocate(account));
    if (peer) await client.request(Method.createPermission, [peerAddress(peer.address)], account);
    return { client, relayed };
  };
  return { up, options, server, allocated };
}

test("the first Send to a peer is judged, and the next ones pass in the plane until the rules change", async () => {
  await using scope = new Scope();
  const { up, options, server, allocated } = await counted(scope);
  const peer = await RawClient.udp(scope, { address: "127.0.0.1", port: 9 }, "127.0.0.2");
  const { client } = await allocated(BRIDGE, peer.local);
  const sent = async (text: string) => {
    const before = up.count;
    client.send(peer.local, text);
    assert.equal(String(await peer.next()), text);
    return up.count - before;
  };
  assert.deepEqual([await sent("one"), await sent("two"), await sent("three")], [1, 0, 0]);
  server.configure({ ...options, wrongPasswordCode: 431 });
  assert.deepEqual([await sent("four"), await sent("five")], [1, 0]);
  assert.equal(server.status().plane.why, "the test counts");
  assert.equal(server.allocations()[0]!.idleS, 0);
});

test("a Send to a relay that has gone is judged again, whoever has its port", async () => {
  await using scope = new Scope();
  const { up, server, allocated } = await counted(scope);
  const hub = await allocated(BRIDGE);
  const ann = guest("ann");
  const { client } = await allocated(ann, hub.relayed);
  await hub.client.request(Method.createPermission, [peerAddress(hub.relayed.address)], BRIDGE);
  for (const text of ["one", "two"]) {
    client.send(hub.relayed, text);
    await hub.client.next();
  }
  server.end(server.allocations().find(({ role }) => role === "bridge")!.id);
  const before = up.count;
  client.send(hub.relayed, "three");
  const answer = await client.request(Method.refresh, [], ann);
  assert.ok(answer.get(attributes.lifetime));
  assert.equal(up.count - before, 2, "the Send and the Refresh went up");
  assert.deepEqual(server.status().refusedPeers, { "an address of this machine, where no relay is": 1 });
});
