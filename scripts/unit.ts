import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { text } from "node:stream/consumers";
import { ENVIRONMENT } from "./run.ts";

/**
 * Parts whose tests live well together: they share one process, which saves half a second for each file. The others have a
 * process each, beside it.
 */
const SHARED =
  /^(apps|src\/(base|cli|protocols|platform|roles\/meeting-server|meeting\/(api|api-schema|spaces|storage|sign-in|call-records|media-signalling|call-bridge\/(sfu|conference|turn-servers|[^/]*$))|traversal\/allow-list))\/?/;

/** `*.test.ts` beside the sources. Those named `*.integration.test.ts` start other programs, or wait for seconds, and run in `npm test` only. */
const files = globSync("{src,apps,scripts,lab}/**/*.test.ts").filter((file) => !file.endsWith(".integration.test.ts"));

async function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ["--test", "--test-reporter=dot", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: ENVIRONMENT,
  });
  const printed = text(child.stdout);
  const code = await new Promise<number>((resolve) => child.on("close", (exit) => resolve(exit ?? 1)));
  // Afterwards, so that what two processes say does not mix.
  process.stdout.write(await printed);
  return code;
}

const codes = await Promise.all([
  run(["--test-isolation=none", ...files.filter((file) => SHARED.test(file))]),
  run(["--test-concurrency=2", ...files.filter((file) => !SHARED.test(file))]),
]);
process.exit(Math.max(...codes));
