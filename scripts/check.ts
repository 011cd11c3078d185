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
    ["unit tests, pure", process.execPath, ["--test", "--test-isolation=none", "--test-reporter=dot", ...pureTests()]],
    ["unit tests", process.execPath, ["--test", CONCURRENCY, "--test-reporter=dot", ...otherTests()]],
  ] as const;

/** Parts that open nothing: their tests share one process, which saves half a second for each file. */
const PURE =
  /^(apps|src\/(base|cli|protocols|meeting\/(api-schema|media-signalling|call-bridge\/(sfu|conference))|traversal\/allow-list))\//;

function pureTests(): string[] {
  return unitTests().filter((file) => PURE.test(file));
}

function otherTests(): string[] {
  return unitTests().filter((file) => !PURE.test(file));
}

/** `*.test.ts` beside the sources. Those named `*.integration.test.ts` start other programs, or wait for seconds, and run in `npm test` only. */
function unitTests(): string[] {
  return globSync("{src,apps,scripts,lab}/**/*.test.ts").filter((file) => !file.endsWith(".integration.test.ts"));
}

if (import.meta.main) await runAll(checkSteps());
