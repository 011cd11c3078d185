import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memoryLog, Scope, systemClock } from "#base";
import type { PacketPlane } from "#packet-plane";
import { attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import type { Client } from "./allocation.ts";
import { Cluster } from "./cluster.ts";
import { TurnCore } from "./core.ts";
import { IPV4 } from "./family.ts";
import { TcpRelays } from "./tcp-relay/index.ts";
import { testOptions } from "./test-world.ts";

function core() {
  const replies: Buffer[] = [];
  const idle = () => {};
  const plane: PacketPlane = {
    dontFragment: true,
    listen: async (address) => ({ listener: 0, address }),
    reply: (_client, message) => void replies.push(message),
    openRelay: async () => {},
    closeRelay: idle,
    moveRelay: idle,
    permit: idle,
    bindChannel: idle,
    sendToPeer: idle,
    sendOnChannel: idle,
    counters: () => undefined,
  };
  const log = memoryLog();
  const scope = new Scope();
  const options = testOptions();
  const server = new TurnCore(options, {
    plane,
    tcpRelays: new TcpRelays(scope, systemClock),
    cluster: new Cluster(scope, options, log, systemClock),
    log,
    clock: systemClock,
    pause: async () => {},
  });
  return { server, replies, log };
}

const client = (transport: "udp" | "tcp"): Client => ({
  path: { transport: "tcp", writer: { write: () => true } },
  transport,
  address: { address: "192.0.2.1", port: 5000 },
  family: IPV4,
  key: transport,
});

test("no bytes from a stranger throw, make state, or get an answer larger than a 401", async () => {
  const { server, replies, log } = core();
  const requests = fc
    .tuple(
      fc.constantFrom(...Object.values(Method), 0x00a, 0x0fff & ~0x110),
      fc.constantFrom(...Object.values(MessageClass)),
      fc.array(fc.tuple(fc.constantFrom(...Object.values(attributes)), fc.uint8Array({ maxLength: 40 })), {
        maxLength: 6,
      }),
      fc.boolean(),
    )
    .map(([method, kind, list, signed]) =>
      encodeMessage(
        { method, class: kind, attributes: list.map(([{ type }, value]) => ({ type, encode: () => value })) },
        signed ? { key: Buffer.from("guess") } : {},
      ),
    );
  const anything = fc.oneof(
    requests,
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom("udp" as const, "tcp" as const), (bytes, transport) =>
      server.receive(client(transport), bytes),
    ),
    { numRuns: 3000 },
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.allocations.size, 0);
  assert.ok(
    replies.every((reply) => reply.length <= 100),
    "little to gain for who wants it sent to somebody else",
  );
  assert.deepEqual(log.lines, []);
});

test("a Send indication without an allocation, or with a role but no key, moves nothing", () => {
  const { server, replies } = core();
  const list = [
    attribute(attributes.xorPeerAddress, { address: "8.8.8.8", port: 53 }),
    attribute(attributes.data, Buffer.from("x") as Uint8Array),
  ];
  server.receive(
    client("udp"),
    encodeMessage({ method: Method.send, class: MessageClass.indication, attributes: list }),
  );
  assert.deepEqual(replies, []);
});
