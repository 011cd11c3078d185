import { globSync } from "node:fs";
import { checkSteps } from "./check.ts";
import { runAll } from "./run.ts";

/** All proofs, in the order in which they tell most: programs they need, lint, types, unit, integration, end to end. */
const integration = globSync("{src,apps,scripts,lab,bench}/**/*.integration.test.ts");

await runAll([
  ["Debian packages of the tests", process.execPath, ["scripts/test-packages.ts"]],
  ...checkSteps(),
  [
    "integration tests",
    process.execPath,
    ["--test", "--test-concurrency=1", "--test-timeout=240000", "--test-reporter=spec", ...integration],
  ],
  ["end to end", process.execPath, ["scripts/e2e.ts"]],
]);
