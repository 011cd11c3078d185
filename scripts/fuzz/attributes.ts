import type { Random } from "./random.ts";

const HEADER = 20;
/** Of attributes, of any kind of message (the IANA registry of STUN). */
const TYPES = [
  0x06, 0x08, 0x09, 0x0c, 0x0d, 0x12, 0x13, 0x14, 0x15, 0x17, 0x18, 0x19, 0x1a, 0x1c, 0x1d, 0x1e, 0x22, 0x2a, 0x8000,
  0x8002, 0x8004, 0x8028, 0x8030, 0x7ff0, 0xfff0,
];
const VALUES = [0, 1, 2, 4, 6, 0x10, 0x11, 0x40, 0x7f, 0x80, 0xff];
const SIZES = [0, 1, 3, 4, 4, 4, 5, 8, 8, 12, 16, 20, 32, 64];

type Change = (list: Buffer[], random: Random, others: readonly Buffer[]) => void;

const CHANGES: readonly Change[] = [
  (list, random) => void list.splice(random.below(list.length), 1),
  (list, random) =>
    void list.splice(random.below(list.length + 1), 0, ...list.slice(random.below(list.length)).slice(0, 1)),
  (list, random) => void list.splice(random.below(list.length + 1), 0, ...list.splice(random.below(list.length), 1)),
  (list, random, others) => void (others.length && list.splice(random.below(list.length + 1), 0, random.pick(others))),
  (list, random) => void list.splice(random.below(list.length + 1), 0, invented(random)),
  (list, random) => replace(list, random, (old) => retyped(old, random)),
  (list, random) => replace(list, random, (old) => resized(old, random)),
  (list, random) => replace(list, random, (old) => revalued(old, random)),
  (list, random) => replace(list, random, (old) => revalued(old, random)),
];

/** Changes of a part whose STUN message begins at `messageAt`: attributes removed, repeated, moved, invented, changed. */
export function attributeMutations(messageAt: number) {
  return CHANGES.map((change) => (part: Buffer, random: Random, other: Buffer) => {
    if (part.length < messageAt + HEADER) return part;
    const list = attributesOf(part, messageAt);
    change(list, random, attributesOf(other, messageAt));
    const bytes = Buffer.concat([part.subarray(0, messageAt + HEADER), ...list]);
    // A wrong length ends the reading of the whole message, so it is mostly right.
    if (!random.chance(16)) bytes.writeUInt16BE((bytes.length - messageAt - HEADER) & 0xffff, messageAt + 2);
    return bytes;
  });
}

/** With headers and padding; what cannot be followed is one last piece. */
function attributesOf(part: Buffer, messageAt: number): Buffer[] {
  const list: Buffer[] = [];
  for (let at = messageAt + HEADER; at + 4 <= part.length; ) {
    const end = at + 4 + ((part.readUInt16BE(at + 2) + 3) & ~3);
    list.push(part.subarray(at, end));
    at = end;
  }
  return list;
}

function attributeOf(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  bytes.set(value, 4);
  return bytes;
}

function invented(random: Random): Buffer {
  const value = Buffer.alloc(random.pick(SIZES));
  for (let i = 0; i < value.length; i++) value[i] = random.pick(VALUES);
  return attributeOf(random.pick(TYPES), value);
}

function retyped(old: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(old);
  if (bytes.length >= 2) bytes.writeUInt16BE(random.pick(TYPES), 0);
  return bytes;
}

function resized(old: Buffer, random: Random): Buffer {
  const value = Buffer.alloc(random.pick(SIZES));
  old.copy(value, 0, 4);
  return attributeOf(old.length >= 2 ? old.readUInt16BE(0) : 0, value);
}

function revalued(old: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(old);
  if (bytes.length > 4) bytes[4 + random.below(bytes.length - 4)] = random.pick(VALUES);
  return bytes;
}

function replace(list: Buffer[], random: Random, change: (old: Buffer) => Buffer): void {
  if (list.length === 0) return;
  const at = random.below(list.length);
  list[at] = change(list[at]!);
}
