import { spawn } from "node:child_process";
import { join } from "node:path";

/** Each test file is a process of its own: what one has compiled, the next need not. */
export const ENVIRONMENT: NodeJS.ProcessEnv = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, "../build/compile-cache"),
  ...process.env,
};

/** Runs a program with this terminal and resolves with its exit code. */
export function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = ENVIRONMENT): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env });
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** Runs the steps in order and ends the process with the first failure. */
export async function runAll(
  steps: readonly (readonly [name: string, command: string, args: readonly string[]])[],
): Promise<void> {
  for (const [name, command, args] of steps) {
    const started = performance.now();
    const code = await run(command, args);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? "ok" : "FAILED"}  ${name} (${seconds} s)`);
    if (code !== 0) process.exit(code);
  }
}
