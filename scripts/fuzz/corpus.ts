import { createHash } from "node:crypto";
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Random } from "./random.ts";

/** Inputs kept in memory; beyond that a new one takes the place of an old one. */
const MAX_LIVE = 2000;
/** Words remembered: a target that makes them up without end must not fill the memory. */
const MAX_WORDS = 100_000;

export interface NamedInput {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The committed inputs of a folder ("corpus", "crashes"), in the order of their names. */
export function readInputs(testdata: string, folder: string): NamedInput[] {
  const paths = globSync(join(testdata, folder, "*.bin")).sort();
  return paths.map((path) => ({ name: basename(path, ".bin"), bytes: readFileSync(path) }));
}

export function writeSeeds(testdata: string, seeds: ReadonlyMap<string, Buffer>): void {
  for (const [name, bytes] of seeds) writeFileSync(join(testdata, "corpus", `${name}.bin`), bytes);
}

/** Returns the path. */
export function writeCrash(testdata: string, bytes: Buffer): string {
  const folder = join(testdata, "crashes");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.bin`);
  writeFileSync(path, bytes);
  return path;
}

/** The seeds and what has done something new since. */
export class LiveCorpus {
  readonly #inputs: Buffer[] = [];
  readonly #words = new Set<string>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#inputs.length;
  }

  get words(): number {
    return this.#words.size;
  }

  pick(): Buffer {
    return this.#random.pick(this.#inputs);
  }

  add(input: Buffer): void {
    if (this.#inputs.length < MAX_LIVE) this.#inputs.push(input);
    else this.#inputs[this.#random.below(MAX_LIVE)] = input;
  }

  /** Keeps the input if it did something that none before it did. */
  learn(input: Buffer, words: readonly string[]): void {
    const before = this.#words.size;
    for (const word of words) if (this.#words.size < MAX_WORDS) this.#words.add(word);
    if (this.#words.size > before) this.add(input);
  }
}
