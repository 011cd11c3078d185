import { attributeMutations } from "./attributes.ts";
import type { Random } from "./random.ts";
import type { Format } from "./target.ts";

/** Longer inputs are slow and find nothing that shorter ones do not. */
const MAX_INPUT = 8192;
const MAX_PARTS = 48;

export const INTERESTING = [0, 1, 2, 3, 4, 7, 8, 16, 17, 20, 32, 64, 0x7f, 0x80, 0xfe, 0xff];
const INTERESTING_16 = [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff, 0x100, 0x3fff, 0x4000, 0x4fff, 0x7fff, 0x8000, 0xfffc, 0xffff];

type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const BYTES: readonly Change[] = [
  (bytes, random) => set(bytes, random, (old) => old ^ (1 << random.below(8))),
  (bytes, random) => set(bytes, random, () => random.pick(INTERESTING)),
  (bytes, random) => set(bytes, random, (old) => old + random.pick([-1, 1, -4, 4])),
  (bytes, random) => set(bytes, random, () => random.below(256)),
  (bytes, random) => setWord(bytes, random, random.pick(INTERESTING_16)),
  (bytes, random) => setWord(bytes, random, bytes.length + random.pick([-24, -20, -4, -1, 0, 1, 4])),
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(random.pick(INTERESTING), random.below(256))]),
  (bytes, random) => insert(bytes, random.below(bytes.length + 1), slice(bytes, random)),
  (bytes, random, other) => insert(bytes, random.below(bytes.length + 1), slice(other, random)),
  (bytes, random, other) =>
    Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]),
  (bytes, random) => without(bytes, random),
];

/** One to four changes of an input; `other` is another input to take from. */
export function mutate(input: Buffer, other: Buffer, format: Format, random: Random): Buffer {
  const parts = format.parts(input);
  const others = format.parts(other);
  for (let changes = 1 + random.below(4); changes > 0; changes--) change(parts, others, format, random);
  const joined = format.join(parts.slice(0, MAX_PARTS));
  return joined.length > MAX_INPUT ? joined.subarray(0, MAX_INPUT) : joined;
}

function change(parts: Buffer[], others: readonly Buffer[], { messageAt }: Format, random: Random): void {
  if ((others.length > 1 || parts.length > 1) && random.chance(3)) {
    changeParts(parts, others, random);
    return;
  }
  const at = random.below(parts.length);
  const part = parts[at] ?? Buffer.alloc(0);
  const other = others.length > 0 ? random.pick(others) : part;
  const changes = random.chance(2) ? attributeMutations(messageAt) : BYTES;
  parts[at] = random.pick(changes)(Buffer.from(part), random, other);
}

/** Removes, repeats, moves or takes over a whole part, or what follows. */
function changeParts(parts: Buffer[], others: readonly Buffer[], random: Random): void {
  const at = random.below(parts.length + 1);
  const to = random.below(parts.length + 1);
  const kind = random.below(5);
  if (kind === 0) parts.splice(at, 1 + random.below(3));
  if (kind === 1) parts.splice(to, 0, ...parts.slice(at, at + 1 + random.below(4)));
  if (kind === 2) parts.splice(to, 0, ...parts.splice(at, 1));
  if (kind === 3 && others.length > 0) parts.splice(to, 0, random.pick(others));
  if (kind === 4) parts.splice(at, parts.length, ...others.slice(random.below(others.length + 1)));
}

function set(bytes: Buffer, random: Random, value: (old: number) => number): Buffer {
  const at = random.below(bytes.length);
  if (bytes.length > 0) bytes[at] = value(bytes[at]!);
  return bytes;
}

/** At a multiple of two, where lengths and types stand. */
function setWord(bytes: Buffer, random: Random, value: number): Buffer {
  if (bytes.length >= 2) bytes.writeUInt16BE(value & 0xffff, random.below(bytes.length >> 1) * 2);
  return bytes;
}

function slice(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length + 1);
  return bytes.subarray(from, from + 1 + random.below(64));
}

function insert(bytes: Buffer, at: number, more: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

function without(bytes: Buffer, random: Random): Buffer {
  const from = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(16))]);
}
