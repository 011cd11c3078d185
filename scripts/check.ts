import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { runAll } from "./run.ts";

/** A file on each core; left to itself, node:test keeps one core free. */
const CONCURRENCY = `--test-concurrency=${availableParallelism()}`;

/** Lint, types and unit tests: everything that needs no other program and no privilege. Under a minute. */
export const checkSteps = () =>
  [
    ["lint", "biome", ["check", "--error-on-warnings"]],
    ["types", "tsc", ["-p", "."]],
    ["types of the apps", "tsc", ["-p", "apps"]],
    ["unit tests", process.execPath, ["--test", CONCURRENCY, "--test-reporter=dot", ...unitTests()]],
  ] as const;

/** `*.test.ts` beside the sources. Those named `*.integration.test.ts` start other programs, or wait for seconds, and run in `npm test` only. */
function unitTests(): string[] {
  return globSync("{src,apps,scripts,lab}/**/*.test.ts").filter((file) => !file.endsWith(".integration.test.ts"));
}

if (import.meta.main) await runAll(checkSteps());
