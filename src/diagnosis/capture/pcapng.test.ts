import assert from "node:assert/strict";
import { test } from "node:test";
import { interfaceDescription, journalBlock, packetBlock, sectionHeader, statisticsBlock } from "./pcapng.ts";

// Written by hand from draft-ietf-opsawg-pcapng sections 4.1 to 4.3, 4.6 and 3.5.
const VECTORS: readonly (readonly [what: string, block: Buffer, hex: string])[] = [
  [
    "a section header of unknown length",
    sectionHeader("abc"),
    "0a0d0d0a 28000000 4d3c2b1a 01000000 ffffffffffffffff 04000300 61626300 00000000 28000000",
  ],
  [
    "an interface of raw IP with name and description",
    interfaceDescription("lo", "in", 0x40000),
    "01000000 28000000 65000000 00000400 02000200 6c6f0000 03000200 696e0000 00000000 28000000",
  ],
  [
    "a packet that came in, cut to five bytes of seven",
    packetBlock({ interfaceId: 1, atUs: 0x6_0000_0002, flags: 1, snaplen: 5 }, Buffer.from("01020304050607", "hex")),
    "06000000 34000000 01000000 06000000 02000000 05000000 07000000 0102030405000000 02000400 01000000 00000000 34000000",
  ],
  [
    "statistics of an interface",
    statisticsBlock(1, 0x6_0000_0002, 3, 4),
    "05000000 34000000 01000000 06000000 02000000 04000800 0300000000000000 05000800 0400000000000000 00000000 34000000",
  ],
];

for (const [what, block, hex] of VECTORS)
  test(`${what} is written as the draft says`, () => assert.equal(block.toString("hex"), hex.replaceAll(" ", "")));

test("a line of text is a journal entry, and cannot begin a second one", () => {
  const block = journalBlock(7, "one\n__REALTIME_TIMESTAMP=8\r\nMESSAGE=two");
  assert.equal(block.readUInt32LE(0), 9);
  assert.equal(block.length % 4, 0);
  assert.equal(block.readUInt32LE(4), block.length);
  assert.deepEqual(String(block.subarray(8, -4)).replace(/\0+$/, "").split("\n"), [
    ...["__REALTIME_TIMESTAMP=7", "PRIORITY=6", "SYSLOG_IDENTIFIER=turnpike"],
    ...["MESSAGE=one __REALTIME_TIMESTAMP=8 MESSAGE=two", ""],
  ]);
});
