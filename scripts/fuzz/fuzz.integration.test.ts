import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readInputs, writeCrash } from "./corpus.ts";
import { mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { fuzz } from "./run.ts";
import { shrink } from "./shrink.ts";
import type { Format, Target } from "./target.ts";
import { TARGETS } from "./targets.ts";

/** Fixed, so that a run of the tests says the same each time. */
const SEED = 20_240_901;
/** Inputs of each target: some seconds. */
const MUTATIONS: Readonly<Record<string, number>> = { stun: 15_000, turn: 700, planes: 400 };

for (const [name, load] of Object.entries(TARGETS))
  test(`${name}: what holds for any input holds for all seeds, for all that once failed, and for mutations of them`, async () => {
    const target = await load();
    const committed = readInputs(target.testdata, "corpus").length + readInputs(target.testdata, "crashes").length;
    assert.ok(committed > 10);
    const { finding, executions } = await fuzz(target, SEED, ({ executions }) => executions < MUTATIONS[name]!);
    if (finding) throw new Error(`an input fails: ${finding.input.toString("hex")}`, { cause: finding.error });
    assert.ok(executions >= MUTATIONS[name]!);
  });

/** Parts of two bytes each. */
const PAIRS: Format = {
  messageAt: 0,
  parts: (input) => Array.from({ length: input.length >> 1 }, (_, i) => input.subarray(i * 2, i * 2 + 2)),
  join: (parts) => Buffer.concat(parts),
};

function toy(run: Target["run"]): Target & Disposable {
  const testdata = mkdtempSync(join(tmpdir(), "fuzz-"));
  writeCrash(testdata, Buffer.from("aabbccdd"));
  return { testdata, format: PAIRS, run, [Symbol.dispose]: () => rmSync(testdata, { recursive: true }) };
}

const fails = (input: Buffer) => {
  if (input.includes("X")) throw new Error(`an X at ${input.indexOf("X")}`);
  return [`${input.length}`];
};

test("a failing input is found, and shrunk to the parts that it needs", async () => {
  using target = toy(fails);
  const { finding } = await fuzz(target, 1, ({ executions }) => executions < 100_000);
  assert.ok(finding);
  const { input, error } = await shrink(target, { ...finding, input: Buffer.from("aabbXXccdd") });
  assert.equal(input.toString(), "XX");
  assert.match(error.message, /^an X at/);
});

test("the same seed runs the same inputs", async () => {
  const runs = await Promise.all([1, 1, 2].map(inputsOf));
  assert.deepEqual(runs[0], runs[1]);
  assert.notDeepEqual(runs[0], runs[2]);
});

async function inputsOf(seed: number): Promise<string[]> {
  const inputs: string[] = [];
  using target = toy((input) => {
    inputs.push(input.toString("hex"));
    return [`${input.length}`];
  });
  await fuzz(target, seed, ({ executions }) => executions < 500);
  return inputs;
}

test("mutations leave the input as it is, and stay within the largest size", () => {
  const random = new Random(1);
  const input = Buffer.from("aabbccdd".repeat(1000));
  const before = Buffer.from(input);
  for (let i = 0; i < 300; i++) assert.ok(mutate(input, input, PAIRS, random).length <= 8192);
  assert.ok(input.equals(before));
});
