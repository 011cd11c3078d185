import assert from "node:assert/strict";
import { type Attribute, attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { type Checks, IPV4, IPV6, indicationIn, type World } from "./world.ts";

/** Of no row of #stun: below 0x8000 it must be understood, above it need not be (RFC 8489 14). */
const REQUIRED = 0x7abc;
const OPTIONAL = 0xfabc;

/** Which Send indications (RFC 8656 11.1) pass, and which go up. */
export const sendChecks: Checks = {
  "a Send to an admitted peer passes and does not go up": async (world) => {
    const { client, relay, peer } = await admitted(world);
    const bytes = sendIndication(peer.address, "straight on");
    client.send(bytes, world.listener);
    const { text, from } = await peer.next();
    assert.deepEqual({ text, from }, { text: "straight on", from: relay.bound });
    await world.pathOf(client);
    assert.equal(world.wentUp(bytes), false);
    const { sentPackets, sentBytes } = world.plane.counters(1)!;
    assert.deepEqual({ sentPackets, sentBytes }, { sentPackets: 1, sentBytes: 11 });
  },

  "Sends of any size pass, with SOFTWARE and FINGERPRINT as well": async (world) => {
    const { client, peer } = await admitted(world);
    for (const size of [0, 1, 2, 3, 4, 1200, 9000]) {
      client.send(sendIndication(peer.address, Buffer.alloc(size, size)), world.listener);
      assert.deepEqual((await peer.next()).bytes, Buffer.alloc(size, size));
    }
    const named = [attribute(attributes.software, "a client")];
    client.send(sendIndication(peer.address, "named", named, true), world.listener);
    assert.equal((await peer.next()).text, "named");
  },

  "a Send goes up if its peer is not admitted, if only by its port": async (world) => {
    const { client, peer } = await admitted(world);
    const other = await world.socket();
    await goesUp(world, client, sendIndication(other.address, "to another port"));
    await goesUp(world, await world.socket(), sendIndication(peer.address, "from another client"));
    assert.equal(world.plane.counters(1)?.sentPackets, 0);
  },

  "a Send goes up while its peer is not permitted": async (world) => {
    const { client, peer } = await admitted(world);
    world.plane.permit(1, world.here, false);
    await goesUp(world, client, sendIndication(peer.address, "not now"));
    world.plane.permit(1, world.here, true);
    client.send(sendIndication(peer.address, "now again"), world.listener);
    assert.equal((await peer.next()).text, "now again");
  },

  "Sends go up once admissions are forgotten, until they are given again": async (world) => {
    const { client, peer } = await admitted(world);
    world.plane.forgetAdmitted(1);
    await goesUp(world, client, sendIndication(peer.address, "judge me"));
    world.plane.admit(1, peer.address);
    client.send(sendIndication(peer.address, "judged"), world.listener);
    assert.equal((await peer.next()).text, "judged");
  },

  "a Send goes up that asks for DF, or for anything else that must be judged": async (world) => {
    const { client, peer } = await admitted(world);
    for (const [why, bytes] of Object.entries(unusual(peer.address, world)))
      await goesUp(world, client, bytes).catch((error) => assert.fail(`${why}: ${error}`));
    assert.equal(world.plane.counters(1)?.sentPackets, 0);
  },

  "a Send goes up if a relay has come to its peer's address": async (world) => {
    const { client } = await admitted(world);
    const where = await world.closedPort();
    world.plane.admit(1, where);
    const two = await world.openRelay(2, world.stream().path, { port: where.port });
    await goesUp(world, client, sendIndication(two.bound, "who are you?"));
    assert.equal(world.plane.counters(1)?.sentPackets, 0);
  },

  "a Send goes up if the relay of its peer's address has gone, or is another one now": async (world) => {
    const { client } = await admitted(world);
    const two = await world.openRelay(2, world.stream().path);
    world.plane.permit(1, world.advertised, true);
    for (const where of [two.bound, two.advertised]) world.plane.admit(1, where);
    world.plane.closeRelay(2);
    await goesUp(world, client, sendIndication(two.bound, "gone, as bound"));
    await goesUp(world, client, sendIndication(two.advertised, "gone, as advertised"));
    await world.plane.openRelay({ ...two, id: 3 });
    await goesUp(world, client, sendIndication(two.bound, "another, as bound"));
    await goesUp(world, client, sendIndication(two.advertised, "another, as advertised"));
  },

  "an admitted Send reaches another relay in memory": async (world) => {
    const { client, relay } = await admitted(world);
    const two = await world.udpRelay(2);
    world.plane.permit(1, world.advertised, true);
    world.plane.permit(2, world.advertised, true);
    world.plane.admit(1, two.relay.advertised);
    client.send(sendIndication(two.relay.advertised, "neighbour"), world.listener);
    const told = indicationIn((await two.client.next()).bytes);
    assert.deepEqual(told, { peer: relay.advertised, text: "neighbour", icmp: undefined });
    assert.equal(world.plane.counters(1)?.hairpinPackets, 1);
  },

  "a client with a relay of each family sends by the one of its peer's family": async (world) => {
    const { client, relay } = await world.udpRelay(1, { here: IPV4 });
    const far = await world.openRelay(2, await world.pathOf(client), { here: IPV6 });
    for (const one of [relay, far]) {
      const { address } = one.bound;
      const peer = await world.socket(address as typeof IPV4);
      world.plane.permit(one.id, address, true);
      world.plane.admit(one.id, peer.address);
      client.send(sendIndication(peer.address, "by family"), world.listener);
      assert.deepEqual((await peer.next()).from, one.bound);
    }
  },

  "an admission moves with its relay, and the old path's Sends go up": async (world) => {
    const { client: old, peer } = await admitted(world);
    const fresh = await world.socket();
    world.plane.moveRelay(1, await world.pathOf(fresh));
    await goesUp(world, old, sendIndication(peer.address, "from the old path"));
    fresh.send(sendIndication(peer.address, "from the new path"), world.listener);
    assert.equal((await peer.next()).text, "from the new path");
    world.plane.moveRelay(1, world.stream().path);
    await goesUp(world, fresh, sendIndication(peer.address, "while the client is on a stream"));
  },
};

/** A relay with a permitted and admitted peer. */
async function admitted(world: World) {
  const { client, relay } = await world.udpRelay(1);
  const peer = await world.socket();
  world.plane.permit(1, world.here, true);
  world.plane.admit(1, peer.address);
  return { client, relay, peer };
}

type Sender = Awaited<ReturnType<World["socket"]>>;

function goesUp(world: World, client: Sender, bytes: Buffer): Promise<void> {
  client.send(bytes, world.listener);
  return world.goesUp(bytes);
}

export function sendIndication(
  peer: Sender["address"],
  data: string | Buffer,
  more: readonly Attribute[] = [],
  fingerprint = false,
): Buffer {
  const list = [attribute(attributes.xorPeerAddress, peer), attribute(attributes.data, Buffer.from(data)), ...more];
  return encodeMessage(
    { method: Method.send, class: MessageClass.indication, attributes: list },
    fingerprint ? { fingerprint } : {},
  );
}

/** All to an admitted peer, and yet not to be passed. */
function unusual(peer: Sender["address"], world: World): Readonly<Record<string, Buffer>> {
  const nothing = Buffer.alloc(0);
  const to = attribute(attributes.xorPeerAddress, peer);
  const data = attribute(attributes.data, Buffer.from("x") as Uint8Array);
  const message = (kind: number, ...list: Attribute[]) =>
    encodeMessage({ method: Method.send, class: kind, attributes: list });
  const wrongFingerprint = sendIndication(peer, "x", [], true);
  wrongFingerprint[wrongFingerprint.length - 1]! ^= 1;
  return {
    "DONT-FRAGMENT": sendIndication(peer, "x", [attribute(attributes.dontFragment, true)]),
    "an unknown attribute that must be understood": sendIndication(peer, "x", [raw(REQUIRED, nothing)]),
    "an unknown attribute that need not be": sendIndication(peer, "x", [raw(OPTIONAL, nothing)]),
    "two peers": sendIndication(peer, "x", [to]),
    "two DATA": sendIndication(peer, "x", [data]),
    "no peer": message(MessageClass.indication, data),
    "no DATA": message(MessageClass.indication, to),
    "a Send as a request": message(MessageClass.request, to, data),
    "a wrong FINGERPRINT": wrongFingerprint,
    "a length that is not that of the packet": Buffer.concat([sendIndication(peer, "x"), Buffer.alloc(4)]),
    "a cut packet": sendIndication(peer, `cut ${world.here}`).subarray(0, -4),
  };
}

/** An attribute as its bytes are. */
function raw(type: number, bytes: Buffer): Attribute {
  return { type, encode: () => bytes };
}
