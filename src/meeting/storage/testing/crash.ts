import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Storage } from "../contract.ts";
import type { StorageOptions } from "../open.ts";

/** A process that writes to the storage until it is killed. */
export interface Writer {
  /** What it has been told is stored. */
  readonly acknowledged: string[];
  /** Codes of what failed. */
  readonly failed: string[];
  /** Waits for so many lines; 1 is printed before the storage is opened. */
  lines(count: number): Promise<void>;
  kill(): Promise<void>;
}

/** Makes the writer one file, which starts in a fifth of the time. Returns the function that starts one. */
export async function buildWriter(folder: string): Promise<(options: StorageOptions) => Writer> {
  const { build } = await import("vite");
  await build({
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true, external: ["@node-rs/argon2", "pg-native"] },
    build: {
      ssr: join(import.meta.dirname, "writer.testprogram.ts"),
      outDir: folder,
      emptyOutDir: false,
      target: "node24",
    },
  });
  return (options) => startWriter(join(folder, "writer.testprogram.js"), options);
}

function startWriter(program: string, options: StorageOptions): Writer {
  const { nouns: _, log: __, ...rest } = options;
  const child = spawn(process.execPath, [program, JSON.stringify(rest)], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: string[] = [];
  const failed: string[] = [];
  const waiting = new Set<() => void>();
  let count = 0;
  let unfinished = "";
  child.stdout!.on("data", (chunk) => {
    const lines = (unfinished + chunk).split("\n");
    unfinished = lines.pop()!;
    count += lines.length;
    for (const line of lines) {
      if (line.startsWith("failed ")) failed.push(line.slice(7));
      else if (line !== "opening") acknowledged.push(line);
    }
    for (const look of waiting) look();
  });
  const lines = (wanted: number) =>
    new Promise<void>((resolve) => {
      const look = () => count >= wanted && resolve();
      waiting.add(look);
      look();
    });
  return { acknowledged, failed, lines, kill: () => killed(child) };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}

/** Everything acknowledged is there, whole, and nothing is there by half. */
export async function assertKept(storage: Storage, acknowledged: readonly string[]): Promise<void> {
  const spaces = (await storage.list("coSpace")).objects;
  const methods = (await storage.list("accessMethod")).objects;
  const stored = new Set(spaces.map(({ fields }) => fields.callId));
  assert.deepEqual(
    acknowledged.filter((callId) => !stored.has(callId)),
    [],
  );
  assert.deepEqual(methods.map(({ parent }) => parent).sort(), spaces.map(({ id }) => id).sort());
  for (const { fields } of spaces.slice(-20)) {
    assert.equal(fields.passcode, "4711");
    assert.equal((await storage.holders("callId", String(fields.callId))).length, 2);
  }
}
