import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Scope } from "#base";
import { openStorage } from "../index.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));
const KILLS = 20;

function startWriter(file: string): {
  child: ChildProcess;
  acknowledged: string[];
  some(count: number): Promise<void>;
} {
  const program = join(import.meta.dirname, "writer.testprogram.ts");
  const child = spawn(process.execPath, [program, file], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: string[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  child.stdout!.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    acknowledged.push(...lines);
    for (const look of waiting) look();
  });
  const some = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => acknowledged.length >= count && resolve();
      waiting.add(look);
      look();
    });
  return { child, acknowledged, some };
}

test(`${KILLS} kills while two processes write lose nothing that was acknowledged`, { timeout: 120_000 }, async () => {
  const file = join(folder, "turnpike.db");
  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const writers = [startWriter(file), startWriter(file)];
    await Promise.all(writers.map((writer, i) => writer.some(1 + ((kill * 7 + i * 3) % 20))));
    for (const { child } of writers) child.kill("SIGKILL");
    await Promise.all(writers.map(({ child }) => once(child, "close")));
    acknowledged.push(...writers.flatMap((writer) => writer.acknowledged));
  }
  await using scope = new Scope();
  const store = await openStorage(scope, file);
  const stored = new Set((await store.listSpaces()).map((space) => space.callId));
  assert.ok(acknowledged.length >= KILLS * 2);
  assert.deepEqual(
    acknowledged.filter((callId) => !stored.has(callId)),
    [],
  );
  assert.deepEqual({ ...new DatabaseSync(file).prepare("pragma integrity_check").get() }, { integrity_check: "ok" });
});
