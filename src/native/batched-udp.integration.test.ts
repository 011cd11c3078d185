import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { promisify } from "node:util";
import { type BatchedUdp, type BatchedUdpCounters, nativeAvailable, openBatchedUdp } from "./index.ts";

const SCRIPT = join(import.meta.dirname, "testing/narrow-loopback.ts");
/** A network namespace of its own, and the rights in it. */
const UNSHARE = ["-r", "-n"];
const noAddon = nativeAvailable() ? false : "the native addon is not built";
const SLOW = "tc qdisc add dev lo root tbf rate 8mbit burst 4000 limit 4mb";
const skip = noAddon || (works(SLOW) ? false : "needs network namespaces (unshare) and tc");

test("while the kernel takes no more, a queue waits, the rest is dropped and told, and no order changes", {
  skip,
}, async () => {
  const { taken, heard, counters } = await on(SLOW, "slow");
  assert.deepEqual(heard, taken);
  assert.equal(counters.sent, taken!.length);
  assert.ok(counters.dropped > 0);
  assert.equal(counters.sent + counters.dropped, 400);
});

test("what a path's MTU refuses joined goes alone, and smaller ones are joined as before", { skip }, async () => {
  const { heard, counters } = await on("ip link set lo mtu 1300", "small-mtu");
  assert.deepEqual(
    heard,
    Array.from({ length: 40 }, (_, i) => i),
  );
  const { split, joined, dropped } = counters;
  assert.deepEqual({ split, joined, dropped }, { split: 1, joined: 2, dropped: 0 });
});

test("a million packets leave no memory behind", { skip: noAddon }, async () => {
  const BURST = 100;
  const bytes = Buffer.alloc(1000);
  const bind = { address: "127.0.0.1", port: 0 };
  let heard = 0;
  const onPacket = () => {
    heard++;
  };
  const open = (): BatchedUdp =>
    openBatchedUdp({ bind, socketBuffer: 4 << 20, queue: 1 << 20 }, { onPacket, onError: assert.fail });
  const [one, two] = [open(), open()];
  const exchange = async (packets: number) => {
    for (let sent = 0; sent < packets; sent += BURST) {
      const before = heard;
      for (let i = 0; i < BURST; i++) one.send(bytes, 0, two.address);
      while (heard < before + BURST) await turn();
    }
  };
  await exchange(200_000);
  const before = process.memoryUsage().rss;
  await exchange(800_000);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 32 << 20, `${grown} bytes more`);
  one.close();
  two.close();
});

interface Told {
  readonly taken?: number[];
  readonly heard: number[];
  readonly counters: BatchedUdpCounters;
}

async function on(shape: string, scenario: string): Promise<Told> {
  const script = `ip link set lo up && ${shape} && exec "$0" "$@"`;
  const args = [...UNSHARE, "sh", "-c", script, process.execPath, SCRIPT, scenario];
  const { stdout } = await promisify(execFile)("unshare", args, { timeout: 60_000 });
  return JSON.parse(stdout);
}

function works(shape: string): boolean {
  try {
    execFileSync("unshare", [...UNSHARE, "sh", "-c", `ip link set lo up && ${shape}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
