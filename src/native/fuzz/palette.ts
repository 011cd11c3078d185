/** Where the choices of a run come from: a seed. */
export interface Choices {
  /** From 0 to `end` - 1. */
  below(end: number): number;
  chance(oneIn: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** Packets stay on this machine. */
export function loopback(random: Choices): string {
  return random.pick(["127.0.0.1", "127.0.0.1", "127.0.0.1", "::1", "::1", "127.0.0.2", "::ffff:127.0.0.1"]);
}

export const NUMBERS: readonly number[] = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    255,
    65_535,
    65_536,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 32 + 1,
    2 ** 53,
    2 ** 64,
  ],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE, Number.MAX_VALUE, -1e-9],
];

/** None of them is an address. */
export const TEXTS: readonly string[] = [
  ...[
    "",
    "localhost",
    "127.0.0.1\0",
    "::1\0garbage",
    "127.0.0.1 ",
    "127.1",
    "127.0.0.01",
    "fe80::1%lo",
    "256.0.0.1",
    ":::",
  ],
  // As long as the longest address, and then more.
  ...["0000:0000:0000:0000:0000:ffff:127.000.000.001", "0000:0000:0000:0000:0000:ffff:192.168.100.2281"],
  ...["\ud800", "\u{1f600}".repeat(20), "x".repeat(100_000), "sha256", "SRTP_AES128_CM_SHA1_80"],
];

const LENGTHS = [0, 1, 4, 5, 7, 11, 12, 13, 16, 20, 28, 32, 33, 1500, 65_507, 65_508, 65_536, 70_000, 2 << 20];
const VIEWS: readonly (new (buffer: ArrayBuffer) => unknown)[] = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Uint32Array,
  Float64Array,
  BigUint64Array,
  DataView,
];

/** Typed arrays of all kinds, and what looks like one. */
export const ARRAYS: readonly (() => unknown)[] = [
  ...LENGTHS.flatMap((length) => [() => Buffer.alloc(length, 7), () => new Uint32Array(length)]),
  ...VIEWS.map((View) => () => new View(new ArrayBuffer(64))),
  // Beginning at an odd byte, of shared memory, and of memory that has gone or has shrunk.
  () => new Uint8Array(new ArrayBuffer(41), 3, 32),
  () => new Uint8Array(new SharedArrayBuffer(1200)),
  () => new Uint32Array(new SharedArrayBuffer(280)),
  () => detached(new Uint8Array(32)),
  () => detached(new Uint32Array(14)),
  () => shrunk(new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 }), 16)),
  () => shrunk(new Uint8Array(new ArrayBuffer(32, { maxByteLength: 64 }), 0, 32)),
  () => shrunk(new Uint32Array(new ArrayBuffer(32, { maxByteLength: 64 }))),
  () => new ArrayBuffer(32),
  () => new Proxy(new Uint8Array(32), {}),
  () => Object.create(Uint8Array.prototype),
  () => Object.setPrototypeOf([1, 2, 3], Uint8Array.prototype),
  () => Array.from({ length: 32 }, () => 1),
];

/** Whatever else a value may be. */
export const OTHERS: readonly (() => unknown)[] = [
  ...NUMBERS.map((one) => () => one),
  ...TEXTS.map((one) => () => one),
  ...[undefined, null, true, false, 7n, 2n ** 64n, "7", "127.0.0.1", Symbol("7"), Symbol.iterator].map(
    (one) => () => one,
  ),
  () => ({}),
  () => [],
  () => Object.create(null),
  () => Object.freeze({ valueOf: () => 7, toString: () => "127.0.0.1", length: 12 }),
  () => ({ [Symbol.toPrimitive]: () => raise("a value was converted") }),
  () => new Number(7),
  () => new String("127.0.0.1"),
  () => new Boolean(true),
  () => new Proxy({}, { get: () => raise("a property was read"), getPrototypeOf: () => raise("a prototype was read") }),
  () => revoked(),
  () => new Map(),
  () => new Date(),
  () => Promise.resolve(7),
  () => new WeakRef({}),
  () => globalThis,
  () => () => 7,
];

function detached<T extends Uint8Array | Uint32Array>(view: T): T {
  structuredClone(view.buffer, { transfer: [view.buffer as ArrayBuffer] });
  return view;
}

function shrunk<T extends Uint8Array | Uint32Array>(view: T): T {
  (view.buffer as ArrayBuffer).resize(8);
  return view;
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function raise(what: string): never {
  throw new Error(what);
}
