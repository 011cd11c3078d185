import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { DataChannels } from "./data-channels.ts";

/** werift loses the promises of its work: what a peer sends must not end the process by an unhandled rejection. */
test("any SCTP packet of a client ends its data channels at worst", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 4 }), async (packets) => {
      const { channels } = open();
      for (const bytes of packets) channels.receive(Buffer.from(bytes));
      for (const bytes of packets) channels.receive(sctpPacket(Buffer.from(bytes)));
      await turn();
      channels.close();
    }),
    { numRuns: 100 },
  );
});

test("an INIT is answered, and one beside another chunk breaks the association and nothing else", async () => {
  const init = Buffer.from("01000014 00000001 00100000 ffff ffff 00000001".replaceAll(" ", ""), "hex");
  const { channels, sent, broken } = open();
  channels.receive(sctpPacket(init));
  await turn();
  assert.equal(sent[0]![12], 2, "INIT ACK");
  channels.receive(sctpPacket(Buffer.concat([init, init])));
  await turn();
  assert.equal(broken.length, 1);
  channels.receive(sctpPacket(init));
  assert.equal(channels.send("_reliable", Buffer.from("x")), false);
});

test("nothing is sent on a channel that the client has not opened, nor more than 64 KiB", () => {
  const { channels } = open();
  assert.equal(channels.send("_lossy", Buffer.from("x")), false);
  assert.equal(channels.send("_lossy", Buffer.alloc(64 * 1024 + 1)), false);
  channels.close();
});

function open() {
  const sent: Buffer[] = [];
  const broken: string[] = [];
  const channels = new DataChannels(5000, {
    onPacket: (packet) => void sent.push(packet),
    onData: () => {},
    onBroken: (why) => void broken.push(why),
  });
  return { channels, sent, broken };
}

/** RFC 9260 3.1: ports, verification tag 0, CRC-32C. */
function sctpPacket(chunks: Buffer): Buffer {
  const packet = Buffer.concat([Buffer.from("138813880000000000000000", "hex"), chunks]);
  packet.writeUInt32LE(crc32c(packet), 8);
  return packet;
}

function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
