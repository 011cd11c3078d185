import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Targets that call functions instead of reading bytes, each in a process of its own, which they may end: by name, its program. */
export const CHILDREN: Readonly<Record<string, string>> = {
  addon: join(import.meta.dirname, "addon-child.ts"),
};

export interface ChildRun {
  readonly code: number;
  readonly output: string;
}

/** The longest that a program may need to come to its end, s. */
const PATIENCE = 60;

/** The same seed makes the same choices; what the system answers, and when, may differ. */
export function runChild(program: string, seed: number, seconds: number, env = process.env): ChildRun {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-fuzz-"));
  const lastCall = join(folder, "last-call");
  const descriptor = openSync(lastCall, "w");
  try {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      ["--expose-gc", program, String(seed), String(seconds)],
      {
        env,
        encoding: "utf8",
        maxBuffer: 64 << 20,
        timeout: (seconds + PATIENCE) * 1000,
        killSignal: "SIGKILL",
        stdio: ["ignore", "pipe", "pipe", descriptor],
      },
    );
    if (status === 0) return { code: 0, output: stdout };
    const how = signal ? `ended by ${signal}` : `exit code ${status}`;
    const last = readFileSync(lastCall, "utf8").trim();
    return { code: 1, output: `${stdout}${stderr}\nseed ${seed}: ${how}, after the call ${last}` };
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
}
