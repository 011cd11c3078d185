import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";

const BENCH = join(import.meta.dirname, "../scripts/bench.ts");

/** Of our side alone: the last line, and all of them. */
async function bench(...only: string[]): Promise<{ result: Record<string, unknown>; lines: string[] }> {
  const args = [BENCH, "turn", "--quick", "--sides", "ours", "--only", only.join()];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = (await text(child.stdout)).trimEnd().split("\n");
  return { result: JSON.parse(lines.at(-1)!), lines };
}

test("the native sender counts what passes a relay and back, between two relays, and what is allocated", async () => {
  const { result, lines } = await bench("direct", "hairpin", "allocate");
  assert.equal(result.bench, "turn");
  assert.equal(result.against, "coturn 4.6.1");
  assert.match(String(result.plane), /^(native|typescript)$/);
  for (const name of ["direct, 20 x 50/s", "hairpin, 20 x 50/s"]) {
    const line = lines.find((one) => one.startsWith(`${name} ours: `)) ?? "";
    const [, packets] = /, (\d+) packets\/s relayed,/.exec(line) ?? [];
    // 20 flows of 50 packets a second, there and back; fewer on a busy machine.
    assert.ok(Number(packets) > 200 && Number(packets) <= 2100, line);
    assert.match(line, /^.*: [\d.]+ µs a packet/);
  }
  const allocated = lines.find((one) => one.startsWith("allocate ours: ")) ?? "";
  assert.match(allocated, / 0 failed$/);
});
