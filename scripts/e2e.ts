import { globSync } from "node:fs";
import { basename } from "node:path";
import { buildApps } from "./build.ts";
import { run } from "./run.ts";

/** `npm run e2e -- NAME…` runs these suites; without a name, all of them, one after the other on the two cores. */
const suites = new Map(globSync("e2e/*.e2e.ts").map((file) => [basename(file, ".e2e.ts"), file]));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.has(name));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(", ")}; there are ${[...suites.keys()].sort().join(", ")}`);
  process.exit(2);
}
const files = wanted.length > 0 ? wanted.map((name) => suites.get(name)!) : [...suites.values()].sort();
await buildApps();
process.exitCode = await run(process.execPath, [
  "--test",
  "--test-concurrency=1",
  "--test-timeout=240000",
  "--test-reporter=spec",
  ...files,
]);
