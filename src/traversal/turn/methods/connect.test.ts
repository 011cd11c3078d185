import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { type Attribute, attribute, attributes, decodeMessage, Method, type StunMessage } from "#stun";
import { until } from "#until";
import { codeOf, type RawClient, relayedOf } from "../raw-client.ts";
import { ANNA, BRIDGE, peerAddress, relayOptions, UDP, world } from "../test-world.ts";

const TCP = attribute(attributes.requestedTransport, 6);
const connectionId = (id: number) => attribute(attributes.connectionId, id);
/** Raw bytes for the peer; in the form of ChannelData, since RawClient cuts what it receives into frames. */
const FRAME = Buffer.from("\x40\x00\x00\x04data", "latin1");

async function tcpWorld() {
  const ipv4 = { address: "127.0.0.1", advertised: "127.0.0.1" };
  const w = await world({ tcpAllocations: true, relay: relayOptions({ ipv4 }) });
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  w.scope.defer(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  const control = await w.tcp();
  await control.challenge();
  const relayed = relayedOf(await control.request(Method.allocate, [TCP], BRIDGE));
  return { ...w, sockets, peer: peerAddress("127.0.0.1", port), control, relayed };
}

/** The answer to a ConnectionBind over a connection of its own. */
async function bindData(data: RawClient, id: number, account = BRIDGE): Promise<StunMessage> {
  await data.challenge();
  return data.request(Method.connectionBind, [connectionId(id)], account);
}

test("Connect and ConnectionBind make a raw pipe to the peer, which ends with the control connection", async () => {
  await using w = await tcpWorld();
  const id = (await w.control.request(Method.connect, [w.peer], BRIDGE)).get(attributes.connectionId)!;
  const data = await w.tcp();
  assert.equal(codeOf(await bindData(data, id)), 0);
  data.write(FRAME);
  const peer = w.sockets[0]!;
  assert.deepEqual((await once(peer, "data"))[0], FRAME);
  assert.equal(peer.remotePort, w.relayed.port);
  peer.write(FRAME);
  assert.deepEqual(await data.next(), FRAME);
  w.control.write(Buffer.from([0x80, 0, 0, 0]));
  await until(() => data.closed && peer.readableEnded);
});

test("a peer with a permission is announced by a ConnectionAttempt, one without is closed", async () => {
  await using w = await tcpWorld();
  const early = net.connect({ port: w.relayed.port, host: w.relayed.address });
  early.resume();
  await once(early, "close");
  await w.control.request(Method.createPermission, [peerAddress("127.0.0.1")], BRIDGE);
  const peer = net.connect({ port: w.relayed.port, host: w.relayed.address });
  w.scope.defer(() => void peer.destroy());
  const attempt = decodeMessage(await w.control.next()) as StunMessage;
  assert.equal(attempt.method, Method.connectionAttempt);
  assert.equal(attempt.get(attributes.xorPeerAddress)!.port, peer.localPort);
  const data = await w.tcp();
  assert.equal(codeOf(await bindData(data, attempt.get(attributes.connectionId)!)), 0);
  peer.write(FRAME);
  assert.deepEqual(await data.next(), FRAME);
});

test("Connect is refused without a peer, to a forbidden one, twice, and for a UDP allocation", async () => {
  await using w = await tcpWorld();
  const codeFor = async (list: readonly Attribute[], client = w.control) =>
    codeOf(await client.request(Method.connect, list, BRIDGE));
  assert.equal(await codeFor([]), 400);
  assert.equal(await codeFor([peerAddress("169.254.169.254", 80)]), 403);
  assert.equal(await codeFor([peerAddress("127.0.0.1", 0)]), 403);
  assert.equal(await codeFor([peerAddress("::1", 80)]), 443);
  assert.equal(await codeFor([w.peer]), 0);
  assert.equal(await codeFor([w.peer]), 446);
  assert.equal(await codeFor([peerAddress("127.0.0.1", 9)]), 447);
  const udp = await w.udp();
  await udp.challenge();
  assert.equal(await codeFor([w.peer], udp), 437);
  await udp.request(Method.allocate, [UDP], BRIDGE);
  assert.equal(await codeFor([w.peer], udp), 400);
});

test("ConnectionBind is refused over UDP, on a connection with an allocation, without an id, and for somebody else", async () => {
  await using w = await tcpWorld();
  const id = (await w.control.request(Method.connect, [w.peer], BRIDGE)).get(attributes.connectionId)!;
  assert.equal(codeOf(await bindData(await w.udp(), id)), 400);
  assert.equal(codeOf(await w.control.request(Method.connectionBind, [connectionId(id)], BRIDGE)), 400);
  const data = await w.tcp();
  assert.equal(codeOf(await bindData(data, id, ANNA)), 400);
  assert.equal(codeOf(await data.request(Method.connectionBind, [], BRIDGE)), 400);
  assert.equal(codeOf(await data.request(Method.connectionBind, [connectionId((id ^ 1) >>> 0)], BRIDGE)), 400);
  assert.equal(codeOf(await data.request(Method.connectionBind, [connectionId(id)], BRIDGE)), 0);
});
