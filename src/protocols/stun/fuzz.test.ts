import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { fuzzStun } from "./fuzz.ts";
import { attributes, DecodeError, decodeChannelData, decodeMessage } from "./index.ts";

/** Seeds for fuzzers, one packet or stream each. The first word of the name is what becomes of it. */
const seeds = globSync(join(import.meta.dirname, "testdata/corpus/*.bin")).sort();

const OUTCOMES: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  message: (bytes) => messageOf(bytes)?.malformed === undefined && messageOf(bytes) !== undefined,
  malformed: (bytes) => messageOf(bytes)?.malformed !== undefined,
  refused: (bytes) => messageOf(bytes) === undefined && decodeChannelData(bytes) instanceof DecodeError,
  channel: (bytes) => !(decodeChannelData(bytes) instanceof DecodeError),
};

for (const path of seeds) {
  const name = basename(path, ".bin");
  test(`the seed ${name} is read as its name says`, () => {
    const bytes = readFileSync(path);
    const becomes = OUTCOMES[name.split("-")[0]!];
    assert.ok(becomes?.(bytes));
    fuzzStun(bytes);
  });
}

test("there is a seed for each attribute", () => {
  const found = new Set(seeds.flatMap((path) => typesIn(readFileSync(path))));
  const missing = Object.values(attributes).filter((row) => !found.has(row.type));
  assert.deepEqual(
    missing.map((row) => row.name),
    [],
  );
});

test("a seed with any byte changed, or cut anywhere, gives a value or a place", () => {
  for (const path of seeds) {
    const bytes = readFileSync(path);
    for (let at = 0; at < Math.min(bytes.length, 200); at++) {
      fuzzStun(bytes.subarray(0, at));
      for (const value of [0, 0xff, bytes[at]! ^ 0x80, bytes[at]! + 1]) fuzzStun(changed(bytes, at, value));
    }
  }
});

test("any attributes of any length give a value or a place", () => {
  const types = [...Object.values(attributes).map((row) => row.type), 0x7ff0, 0xfff0];
  const part = fc.tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 40 }), fc.nat(50));
  fc.assert(
    fc.property(fc.nat(0x3fff), fc.array(part, { maxLength: 8 }), fc.nat(40), (type, list, cut) => {
      const packet = packetOf(type, list);
      fuzzStun(packet);
      fuzzStun(packet.subarray(0, Math.max(20, packet.length - cut)));
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void fuzzStun(bytes)));
});

/** Half of the attributes say another length than they have. */
function packetOf(type: number, list: readonly (readonly [type: number, value: Uint8Array, length: number])[]): Buffer {
  const parts = list.map(([row, value, length]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(row, 0);
    head.writeUInt16BE(length % 2 ? value.length : length, 2);
    return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(20);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(body.length, 2);
  head.writeUInt32BE(0x2112a442, 4);
  return Buffer.concat([head, body]);
}

function changed(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

function messageOf(bytes: Buffer) {
  const message = decodeMessage(bytes);
  return message instanceof DecodeError ? undefined : message;
}

function typesIn(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 20; at + 4 <= bytes.length; at += 4 + ((bytes.readUInt16BE(at + 2) + 3) & ~3))
    types.push(bytes.readUInt16BE(at));
  return types;
}
