import assert from "node:assert/strict";
import dgram from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Scope, type TransportAddress } from "#base";
import {
  attributes,
  DecodeError,
  decodeChannelData,
  decodeMessage,
  encodeChannelData,
  MessageClass,
  Method,
} from "#stun";
import type { ClientPath, OpenPlane, PacketPlane, RelayOptions, UdpPath } from "./contract.ts";

const HERE = "127.0.0.1";
/** Documentation addresses: never reached, only shown (RFC 5737). */
const ADVERTISED = "203.0.113.10";

/** Effect and check. */
const CHECKS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "what no rule covers goes up with its sender's address, and replies go back to it": async (world) => {
    const client = await world.socket();
    const path = await world.pathOf(client);
    assert.deepEqual(path.client, client.address);
    world.plane.reply(path, Buffer.from("answer"));
    assert.equal((await client.next()).text, "answer");
  },

  "a packet on a bound channel goes to its peer, from the relayed address": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.bindChannel(1, 0x4000, peer.address);
    client.send(encodeChannelData(0x4000, Buffer.from("to the peer")), world.listener);
    assert.deepEqual(await peer.next(), { text: "to the peer", from: relay.bound });
    world.plane.bindChannel(1, 0x4000, undefined);
    client.send(encodeChannelData(0x4000, Buffer.from("lost")), world.listener);
    world.plane.sendToPeer(1, peer.address, Buffer.from("by indication"));
    assert.equal((await peer.next()).text, "by indication");
  },

  "a peer is heard only while it is permitted, by address whatever its port": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    peer.send(Buffer.from("unasked"), relay.bound);
    await world.counted(1, "refusedPackets", 1);
    world.plane.permit(1, HERE, true);
    peer.send(Buffer.from("hello"), relay.bound);
    const message = decodeMessage((await client.next()).bytes);
    assert.ok(!(message instanceof DecodeError));
    assert.deepEqual([message.method, message.class], [Method.data, MessageClass.indication]);
    assert.deepEqual(message.get(attributes.xorPeerAddress), peer.address);
    assert.equal(String(message.get(attributes.data)), "hello");
    world.plane.permit(1, HERE, false);
    peer.send(Buffer.from("again"), relay.bound);
    await world.counted(1, "refusedPackets", 2);
  },

  "a permitted peer with a channel is heard on it": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    const peer = await world.socket();
    world.plane.permit(1, HERE, true);
    world.plane.bindChannel(1, 0x4abc, peer.address);
    peer.send(Buffer.from("hello"), relay.bound);
    const packet = decodeChannelData((await client.next()).bytes);
    assert.deepEqual(packet, { channel: 0x4abc, data: Buffer.from("hello") });
  },

  "hairpin: a relay is reached in memory by its advertised address, and sees the advertised one": (world) =>
    hairpin(world, "advertised"),

  "hairpin: a relay is reached in memory by its bound address, and sees the advertised one": (world) =>
    hairpin(world, "bound"),

  "a client on a stream gets padded frames, and sends through the caller": async (world) => {
    const frames: Buffer[] = [];
    let room = true;
    const writer = { write: (frame: Uint8Array) => room && frames.push(Buffer.from(frame)) > 0 };
    const relay = await world.openRelay(1, { transport: "tcp", writer });
    const peer = await world.socket();
    world.plane.permit(1, HERE, true);
    world.plane.bindChannel(1, 0x4000, peer.address);
    world.plane.sendOnChannel(1, 0x4000, Buffer.from("hello"));
    assert.equal((await peer.next()).text, "hello");
    peer.send(Buffer.from("hello"), relay.bound);
    await world.counted(1, "receivedPackets", 1);
    assert.equal(frames[0]?.toString("hex"), "4000000568656c6c6f000000");
    room = false;
    peer.send(Buffer.from("hello"), relay.bound);
    await world.counted(1, "droppedPackets", 1);
  },

  "a closed relay is silent, and its port and its client are free again": async (world) => {
    const { client, relay } = await world.udpRelay(1);
    world.plane.closeRelay(1);
    assert.equal(world.plane.counters(1), undefined);
    const path = await world.pathOf(client);
    await world.plane.openRelay({ ...relay, id: 2, client: path });
    world.plane.permit(2, HERE, true);
    const peer = await world.socket();
    peer.send(Buffer.from("hello"), relay.bound);
    assert.ok((await client.next()).bytes.length > 5);
  },

  "a port that is taken is refused with the system's error": async (world) => {
    const taken = (await world.socket()).address;
    const opening = world.openRelay(1, { transport: "tcp", writer: { write: () => true } }, taken.port);
    await assert.rejects(opening, { code: "EADDRINUSE" });
    await assert.rejects(world.plane.listen(taken), { code: "EADDRINUSE" });
    assert.equal(world.plane.counters(1), undefined);
  },

  "calls for relays that are not there do nothing": async (world) => {
    world.plane.closeRelay(9);
    world.plane.permit(9, HERE, true);
    world.plane.bindChannel(9, 0x4000, { address: HERE, port: 9 });
    world.plane.sendOnChannel(9, 0x4000, Buffer.from("x"));
    world.plane.sendToPeer(9, { address: HERE, port: 9 }, Buffer.from("x"));
    assert.equal(world.plane.counters(9), undefined);
  },
};

async function hairpin(world: World, name: "advertised" | "bound"): Promise<void> {
  const [one, two] = [await world.udpRelay(1), await world.udpRelay(2)];
  world.plane.bindChannel(1, 0x4000, two.relay[name]);
  one.client.send(encodeChannelData(0x4000, Buffer.from("too early")), world.listener);
  await world.counted(2, "refusedPackets", 1);
  world.plane.permit(2, ADVERTISED, true);
  world.plane.bindChannel(2, 0x4001, one.relay.advertised);
  one.client.send(encodeChannelData(0x4000, Buffer.from("neighbour")), world.listener);
  const packet = decodeChannelData((await two.client.next()).bytes);
  assert.deepEqual(packet, { channel: 0x4001, data: Buffer.from("neighbour") });
  assert.equal(world.plane.counters(1)?.hairpinPackets, 2);
  assert.equal(world.plane.counters(2)?.receivedBytes, 9);
}

/** What every packet plane does. Each plane's test calls this with its `open`. */
export function planeConformance(name: string, open: OpenPlane): void {
  for (const [effect, check] of Object.entries(CHECKS))
    test(`${name}: ${effect}`, async () => {
      await using scope = new Scope();
      await check(await World.create(scope, open));
    });
}

/** A plane with one listener, and sockets around it. */
class World {
  readonly #scope: Scope;
  readonly #up: { path: UdpPath; text: string }[] = [];
  plane!: PacketPlane;
  listener!: TransportAddress;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  static async create(scope: Scope, open: OpenPlane): Promise<World> {
    const world = new World(scope);
    world.plane = open(scope, { onPacket: (path, bytes) => void world.#up.push({ path, text: String(bytes) }) });
    world.listener = (await world.plane.listen({ address: HERE, port: 0 })).address;
    return world;
  }

  async socket(): Promise<TestSocket> {
    const socket = dgram.createSocket("udp4");
    this.#scope.defer(() => void socket.close());
    socket.bind(0, HERE);
    await once(socket, "listening");
    return new TestSocket(socket);
  }

  /** Makes the client known to the plane as it knows it. */
  async pathOf(client: TestSocket): Promise<UdpPath> {
    const text = `from ${client.address.port} ${Math.random()}`;
    client.send(Buffer.from(text), this.listener);
    await until(() => this.#up.some((packet) => packet.text === text));
    return this.#up.find((packet) => packet.text === text)!.path;
  }

  async udpRelay(id: number): Promise<{ client: TestSocket; relay: RelayOptions }> {
    const client = await this.socket();
    return { client, relay: await this.openRelay(id, await this.pathOf(client)) };
  }

  async openRelay(id: number, client: ClientPath, port?: number): Promise<RelayOptions> {
    const free = port ?? (await freePort());
    const bound = { address: HERE, port: free };
    const relay = { id, client, bound, advertised: { address: ADVERTISED, port: free } };
    await this.plane.openRelay(relay);
    return relay;
  }

  counted(id: number, counter: "refusedPackets" | "receivedPackets" | "droppedPackets", count: number): Promise<void> {
    return until(() => this.plane.counters(id)?.[counter] === count);
  }
}

class TestSocket {
  readonly address: TransportAddress;
  readonly #socket: dgram.Socket;
  readonly #received: { bytes: Buffer; from: TransportAddress }[] = [];

  constructor(socket: dgram.Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.address = { address, port };
    socket.on("message", (bytes, from) => {
      this.#received.push({ bytes, from: { address: from.address, port: from.port } });
    });
  }

  send(bytes: Buffer, to: TransportAddress): void {
    this.#socket.send(bytes, to.port, to.address);
  }

  async next() {
    await until(() => this.#received.length > 0);
    const { bytes, from } = this.#received.shift()!;
    return Object.defineProperty(
      { text: String(bytes), from } as { text: string; from: TransportAddress; bytes: Buffer },
      "bytes",
      {
        value: bytes,
        enumerable: false,
      },
    );
  }
}

async function freePort(): Promise<number> {
  const socket = dgram.createSocket("udp4").bind(0, HERE);
  await once(socket, "listening");
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!done()) {
    assert.ok(Date.now() < deadline, "the effect did not come in time");
    await delay(2);
  }
}
