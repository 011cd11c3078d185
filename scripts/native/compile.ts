import { execFile } from "node:child_process";
import { globSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { compileFlags, type Variant } from "./flags.ts";

/** Where all C++ of the project lies. */
export const SOURCES = resolve(import.meta.dirname, "../../src/native");

export interface Compilation {
  readonly target: string;
  /** Patterns, relative to src/native. */
  readonly sources: readonly string[];
  readonly variant: Variant;
  readonly compile?: readonly string[];
  readonly link?: readonly string[];
}

/**
 * Compiles with as many compilers as there are cores, and links. A running process may have the old target mapped, and
 * another build may be running: all is made under names of its own. Rejects with what g++ said.
 */
export async function compile({ target, sources, variant, compile = [], link = [] }: Compilation): Promise<void> {
  const flags = compileFlags(variant);
  const fresh = `${target}.${process.pid}`;
  const objects = `${fresh}.objects`;
  mkdirSync(dirname(target), { recursive: true });
  mkdirSync(objects, { recursive: true });
  const files = globSync(sources, { cwd: SOURCES }).sort();
  const objectOf = (source: string) => join(objects, source.replaceAll("/", "-").replace(/\.cc$/, ".o"));
  try {
    await inParallel(files, (source) => gxx([...flags, ...compile, "-c", source, "-o", objectOf(source)]));
    await gxx([...flags, ...link, "-o", fresh, ...files.map(objectOf)]);
    renameSync(fresh, target);
  } finally {
    rmSync(objects, { recursive: true, force: true });
    rmSync(fresh, { force: true });
  }
}

/** Rejects with the first failure, but not before all have ended. */
async function inParallel(items: readonly string[], run: (item: string) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const work = async () => {
    for (const item of waiting) await run(item);
  };
  const results = await Promise.allSettled(Array.from({ length: availableParallelism() }, work));
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

async function gxx(args: readonly string[]): Promise<void> {
  await promisify(execFile)("g++", args, { cwd: SOURCES });
}
