import assert from "node:assert/strict";
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Scope } from "#base";
import { RingFiles } from "./ring-files.ts";
import { tempFolder } from "./testing.ts";

const RING = { prefix: "log", suffix: ".jsonl", limits: { fileBytes: 100, files: 3 } };

/** Lines of ten bytes. */
function fill(ring: RingFiles, from: number, count: number): void {
  for (let i = from; i < from + count; i++) {
    const line = Buffer.from(`${String(i).padStart(9, "0")}\n`);
    if (ring.isFull(line.length)) ring.nextFile();
    ring.write(line);
  }
}

test("files are full before the next begins, the oldest go, and what is left is whole and in order", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const ring = new RingFiles({ folder, ...RING });
  for (let i = 0; i < 55; i++) {
    fill(ring, i, 1);
    if (i % 7 === 0) await ring.flush();
  }
  await ring.close();
  const names = readdirSync(folder).sort();
  assert.deepEqual(names, ["log-00004.jsonl", "log-00005.jsonl", "log-00006.jsonl"]);
  const text = names.map((name) => readFileSync(join(folder, name), "utf8")).join("");
  assert.deepEqual(
    text.trim().split("\n").map(Number),
    Array.from({ length: 25 }, (_, i) => i + 30),
  );
  assert.deepEqual([ring.bytes, ring.dropped, ring.failure], [250, 0, undefined]);
});

test("files of a process that died are part of the ring", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  for (const name of ["log-00007.jsonl", "log-00008.jsonl", "log-00009.jsonl", "log-x.jsonl"])
    writeFileSync(join(folder, name), "old");
  const ring = new RingFiles({ folder, ...RING });
  fill(ring, 0, 15);
  await ring.close();
  assert.deepEqual(readdirSync(folder).sort(), [
    "log-00009.jsonl",
    "log-00010.jsonl",
    "log-00011.jsonl",
    "log-x.jsonl",
  ]);
});

test("a full disk ends the writing with its reason, and the writer never notices", async () => {
  await using scope = new Scope();
  const folder = tempFolder(scope);
  const ring = new RingFiles({ folder, ...RING });
  symlinkSync("/dev/full", join(folder, "log-00002.jsonl"));
  fill(ring, 0, 10);
  await ring.flush();
  assert.equal(ring.failure, undefined);
  fill(ring, 10, 1);
  await ring.flush();
  assert.equal(ring.failure, "the disk is full");
  assert.equal(ring.write(Buffer.from("more")), false);
  assert.ok(ring.dropped >= 1);
  await ring.close();
});

test("what others need of the disk is left to them", async () => {
  await using scope = new Scope();
  const ring = new RingFiles({ folder: tempFolder(scope), ...RING, reserveBytes: Number.MAX_SAFE_INTEGER });
  fill(ring, 0, 1);
  await ring.close();
  assert.equal(ring.failure, "the disk is nearly full");
});

test("a folder that is gone is told, and more than a slow disk takes is dropped", async () => {
  await using scope = new Scope();
  const gone = new RingFiles({ folder: "/nonexistent/folder", ...RING });
  fill(gone, 0, 1);
  await gone.close();
  assert.match(gone.failure!, /ENOENT/);
  const slow = new RingFiles({ folder: tempFolder(scope), ...RING, limits: { fileBytes: 64 << 20, files: 1 } });
  const written = Array.from({ length: 12 }, () => slow.write(Buffer.alloc(1 << 20)));
  assert.deepEqual(written, [...Array(8).fill(true), ...Array(4).fill(false)]);
  await slow.close();
  assert.deepEqual([slow.bytes, slow.dropped], [8 << 20, 4]);
});
