import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CHILDREN, runChild } from "./fuzz/children.ts";
import { writeCrash, writeSeeds } from "./fuzz/corpus.ts";
import { heapInUse, MAX_GROWTH, megabytes } from "./fuzz/memory.ts";
import { BuiltProgram, type FuzzProgram, PROGRAMS } from "./fuzz/programs.ts";
import { type Finding, fuzz, type Progress, tryInput } from "./fuzz/run.ts";
import { shrink } from "./fuzz/shrink.ts";
import type { Target } from "./fuzz/target.ts";
import { TARGETS } from "./fuzz/targets.ts";

const NAMES = [...Object.keys(TARGETS), ...Object.keys(PROGRAMS), ...Object.keys(CHILDREN)];
const USAGE = `npm run fuzz -- ${NAMES.join("|")} [--seconds 60] [--seed N] [--input FILE] [--write-seeds]`;
/** Executions before the memory is looked at for the first time: by then the code is compiled and the tables are filled. */
const WARM_UP = 2000;

/** Mutates the committed inputs of a target until an input fails (exit code 1) or the time is over. */
async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      seconds: { type: "string" },
      seed: { type: "string" },
      input: { type: "string" },
      "write-seeds": { type: "boolean" },
    },
  });
  const [name = ""] = positionals;
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const seconds = Number(values.seconds ?? 60);
  if (CHILDREN[name]) return runCalls(CHILDREN[name], seed, seconds);
  const target = PROGRAMS[name] ?? (await TARGETS[name]?.());
  if (!target) {
    console.error(USAGE);
    return 2;
  }
  if (values["write-seeds"]) {
    writeSeeds(target.testdata, target.seeds?.() ?? new Map());
    return 0;
  }
  if ("sources" in target) return runProgram(target, values.input, seed, seconds);
  if (values.input) return runOne(target, values.input);
  return runMany(name, target, seed, seconds);
}

/** libFuzzer says what it does, and which input fails. */
function runProgram(program: FuzzProgram, input: string | undefined, seed: number, seconds: number): number {
  using built = new BuiltProgram(program);
  return (input ? built.once([resolve(input)], true) : built.fuzz(seconds, seed, true)).code;
}

function runCalls(program: string, seed: number, seconds: number): number {
  console.log(`seed ${seed}, ${seconds} s`);
  const { code, output } = runChild(program, seed, seconds);
  (code === 0 ? console.log : console.error)(output.trimEnd());
  return code;
}

async function runOne(target: Target, path: string): Promise<number> {
  const words = await tryInput(target, readFileSync(path));
  if (!(words instanceof Error)) console.log(words.join("\n"));
  else console.error(words);
  return words instanceof Error ? 1 : 0;
}

async function runMany(name: string, target: Target, seed: number, seconds: number): Promise<number> {
  console.log(`fuzz ${name}: seed ${seed}, ${seconds} s`);
  const started = performance.now();
  let shown = started;
  let heapBefore = heapInUse();
  let warm = false;
  const result = await fuzz(target, seed, (progress) => {
    if (!warm && progress.executions >= WARM_UP) {
      warm = true;
      heapBefore = heapInUse();
    }
    const now = performance.now();
    if (process.stdout.isTTY && now - shown >= 1000) {
      shown = now;
      process.stdout.write(`\r${line(progress, now - started)}   `);
    }
    return now - started < seconds * 1000;
  });
  const heapAfter = heapInUse();
  if (process.stdout.isTTY) process.stdout.write("\n");
  console.log(`${line(result, performance.now() - started)}, heap ${megabytes(heapBefore)} -> ${megabytes(heapAfter)}`);
  if (result.finding) return report(name, target, await shrink(target, result.finding));
  if (heapAfter - heapBefore <= MAX_GROWTH) return 0;
  console.error(`the heap grew by more than ${megabytes(MAX_GROWTH)}: something is kept for ever`);
  return 1;
}

function line({ executions, words, live }: Progress, ms: number): string {
  const perSecond = Math.round((executions / ms) * 1000);
  return `${executions} executions, ${perSecond}/s, ${words} outcomes seen, ${live} inputs live`;
}

function report(name: string, target: Target, { input, error }: Finding): number {
  const path = relative(process.cwd(), writeCrash(target.testdata, input));
  console.error(error);
  console.error(`\n${path} has the input (${input.length} bytes). Again: npm run fuzz -- ${name} --input ${path}`);
  return 1;
}

process.exitCode = await main();
