import { runAll } from "./run.ts";

/** Lint, types and unit tests: everything that needs no other program and no privilege. Under a minute. */
export const checkSteps = () =>
  [
    ["lint", "biome", ["check", "--error-on-warnings"]],
    ["types", "tsc", ["-p", "."]],
    ["types of the apps", "tsc", ["-p", "apps"]],
    ["unit tests", process.execPath, ["scripts/unit.ts"]],
  ] as const;

if (import.meta.main) await runAll(checkSteps());
