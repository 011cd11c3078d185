import assert from "node:assert/strict";
import { test } from "node:test";
import { addon } from "./addon.ts";
import { ADDRESS, ADDRESS_WORDS, addressOf, PORT, RECORD, SenderCache, wordsOf } from "./datagram-records.ts";
import { nativeAvailable } from "./index.ts";

const skip: string | false = nativeAvailable() ? false : "the native addon is not built";

for (const where of [
  { address: "192.0.2.1", port: 65_535 },
  { address: "0.0.0.0", port: 0 },
  { address: "2001:db8::1:2", port: 3478 },
  { address: "::ffff:192.0.2.1", port: 1 },
])
  test(`${where.address} and port ${where.port} come back from their words`, { skip }, () => {
    assert.deepEqual(addressOf(wordsOf(where)!), where);
    assert.equal(wordsOf(where), wordsOf(where), "which are made once");
  });

test("a text that is no literal address, and a number that is no port, have no words", { skip }, () => {
  for (const [address, port] of [
    ["localhost", 1],
    ["", 1],
    ["192.0.2", 1],
    ["192.0.2.1", 65_536],
    ["192.0.2.1", -1],
  ] as const)
    assert.equal(wordsOf({ address, port }), undefined);
});

test("a sender is the same object again, and never another one's, however many there are", { skip }, () => {
  const cache = new SenderCache();
  const record = new Uint32Array(RECORD);
  const find = (i: number) => {
    record.set(wordsOf({ address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, port: 1000 + (i % 7) })!, ADDRESS);
    return cache.find(record, ADDRESS);
  };
  for (let i = 0; i < 20_000; i++) {
    const found = find(i);
    assert.equal(found, find(i));
    assert.deepEqual([found.address, found.port], [`10.0.${i >> 8}.${i & 255}`, 1000 + (i % 7)]);
  }
  const guests = Array.from({ length: 200 }, (_, i) => find(i));
  const again = guests.filter((guest, i) => guest === find(i)).length;
  assert.ok(again > 190, `${again} of 200`);
});

test("the addon refuses records that lead out of the slab, and handles of another kind", { skip }, () => {
  const native = addon();
  const handle = native.openBatchedUdp("127.0.0.1", 0, false, 65_536, true, false, () => {});
  assert.ok(typeof handle === "object");
  const slab = Buffer.alloc(1000);
  const good = [0, 10, ...wordsOf({ address: "127.0.0.1", port: 9 })!];
  for (const [at, value] of [
    [0, 991],
    [0, 0xffff_ffff],
    [1, 1001],
    [1, 0xffff_ffff],
    [ADDRESS + PORT, 5 << 16],
  ] as const) {
    const records = Uint32Array.from(good);
    records[at] = value;
    assert.throws(() => native.sendBatch(handle, slab, records, 1), { code: "NATIVE_ARGUMENT" });
  }
  const records = Uint32Array.from(good);
  assert.throws(() => native.sendBatch(handle, slab, records, 2), { code: "NATIVE_ARGUMENT" });
  assert.throws(() => native.sendBatch(handle, slab, new Uint32Array(RECORD - 1), 1), { code: "NATIVE_ARGUMENT" });
  assert.throws(() => native.packAddress("::1", 1, new Uint32Array(ADDRESS_WORDS - 1)), { code: "NATIVE_ARGUMENT" });
  assert.throws(() => native.receiveBatch({} as never, slab, records), { code: "NATIVE_HANDLE" });
  native.closeBatchedUdp(handle);
  assert.throws(() => native.sendBatch(handle, slab, records, 1), { code: "NATIVE_CLOSED" });
  native.closeBatchedUdp(handle);
});
