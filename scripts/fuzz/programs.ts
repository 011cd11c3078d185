import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { planeSeeds } from "./plane-seeds.ts";

/** A target in C++: libFuzzer makes the inputs, guided by which code they reach, under ASan and UBSan. */
export interface FuzzProgram {
  /** Holds `corpus` and `crashes`, as those of the other targets. */
  readonly testdata: string;
  /** Relative to src/native. */
  readonly sources: readonly string[];
  seeds(): ReadonlyMap<string, Buffer>;
}

export interface ProgramRun {
  readonly code: number;
  /** What libFuzzer said. */
  readonly output: string;
}

const native = resolve(import.meta.dirname, "../../src/native");

export const PROGRAMS: Readonly<Record<string, FuzzProgram>> = {
  plane: {
    testdata: join(native, "fuzz/testdata"),
    sources: ["fuzz/*.cc", "plane/{address,codec,crc32,up_ring}.cc"],
    seeds: planeSeeds,
  },
};

const COMPILERS = ["clang++-14", "clang++"];
const FLAGS = [
  ...["-std=c++17", "-O1", "-g", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror"],
  ...["-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all"],
];
/** Longer packets take the same ways as these. */
const MAX_INPUT = 2048;

/** Compiled into a folder of its own, which goes with it. */
export class BuiltProgram implements Disposable {
  readonly #program: FuzzProgram;
  readonly #folder = mkdtempSync(join(tmpdir(), "turnpike-fuzz-"));

  /** Throws with what to install. */
  constructor(program: FuzzProgram) {
    this.#program = program;
    const sources = program.sources.flatMap((pattern) => globSync(pattern, { cwd: native })).sort();
    const compiler = COMPILERS.find((name) => spawnSync(name, ["--version"]).status === 0);
    if (!compiler) this.#fail("clang is not installed: apt-get install clang-14 libclang-rt-14-dev");
    const built = spawnSync(compiler, [...FLAGS, "-o", this.#file, ...sources], { cwd: native, encoding: "utf8" });
    if (built.status !== 0) this.#fail(`${compiler} failed (libclang-rt-14-dev is needed too): ${built.stderr}`);
  }

  /** The committed inputs, then new ones for so long. A failing one is kept in `crashes`. */
  fuzz(seconds: number, seed: number, echo: boolean): ProgramRun {
    const { testdata } = this.#program;
    const fresh = join(this.#folder, "corpus");
    mkdirSync(fresh, { recursive: true });
    mkdirSync(join(testdata, "crashes"), { recursive: true });
    return this.#run(
      [
        ...[`-max_total_time=${seconds}`, `-seed=${seed}`, `-max_len=${MAX_INPUT}`, "-print_final_stats=1"],
        ...["-timeout=2", `-artifact_prefix=${join(testdata, "crashes")}/`],
        ...[fresh, join(testdata, "corpus"), join(testdata, "crashes")],
      ],
      echo,
    );
  }

  /** Nothing but these. */
  once(inputs: readonly string[], echo: boolean): ProgramRun {
    return this.#run(inputs, echo);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }

  get #file(): string {
    return join(this.#folder, "target");
  }

  #run(args: readonly string[], echo: boolean): ProgramRun {
    const { status, stderr } = spawnSync(this.#file, args, {
      encoding: "utf8",
      maxBuffer: 64 << 20,
      stdio: ["ignore", "inherit", echo ? "inherit" : "pipe"],
    });
    return { code: status ?? 1, output: stderr ?? "" };
  }

  #fail(why: string): never {
    this[Symbol.dispose]();
    throw new Error(why);
  }
}
