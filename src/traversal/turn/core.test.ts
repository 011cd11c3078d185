import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { attribute, attributes, encodeMessage, MessageClass, Method } from "#stun";
import { bareCore } from "./bare-core.ts";

test("no bytes from a stranger throw, make state, or get an answer larger than a 401", async () => {
  await using w = bareCore();
  const clients = { udp: w.client("192.0.2.1", 5000), tcp: w.client("192.0.2.1", 5000, "tcp") };
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
      clients[transport].write(bytes),
    ),
    { numRuns: 3000 },
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(w.core.allocations.size, 0);
  const replies = [...clients.udp.received, ...clients.tcp.received];
  assert.ok(
    replies.every((reply) => reply.length <= 100),
    "little to gain for who wants it sent to somebody else",
  );
  assert.deepEqual(w.log.lines, []);
});

test("a Send indication without an allocation, or with a role but no key, moves nothing", async () => {
  await using w = bareCore();
  const client = w.client("192.0.2.1", 5000);
  const list = [
    attribute(attributes.xorPeerAddress, { address: "8.8.8.8", port: 53 }),
    attribute(attributes.data, Buffer.from("x") as Uint8Array),
  ];
  client.write(encodeMessage({ method: Method.send, class: MessageClass.indication, attributes: list }));
  assert.deepEqual(client.received, []);
});
