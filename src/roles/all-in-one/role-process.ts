import { fork } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Scope } from "#base";
import { fail } from "./errors.ts";

export interface RoleProcess {
  readonly name: string;
  /** Resolves when the role listens; rejects with UP_ROLE_REFUSED or UP_ROLE_FAILED and its last words if it ended instead. */
  readonly ready: Promise<void>;
  /** Resolves when it ends, whatever the reason. */
  readonly ended: Promise<unknown>;
}

/** Starts a role as a process of its own, exactly as on a machine of its own, with its log in a file. */
export function startRole(scope: Scope, main: URL, name: string, config: string, logFile: string): RoleProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  const child = fork(main, [name, "--config", config], { stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const { promise: ended, resolve: end } = Promise.withResolvers<number | null>();
  child.once("exit", end);
  const ready = new Promise<void>((resolve, reject) => {
    child.on("message", () => resolve());
    void ended.then((code) => reject(explain(name, code, logFile)));
  });
  scope.defer(async () => {
    if (child.connected) child.disconnect();
    await ended;
  });
  return { name, ready, ended };
}

/** Exit code 2 is the role's own, complete sentence about its configuration. */
function explain(name: string, code: number | null, logFile: string) {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n");
  const spoken = lines.findLast((line) => line.startsWith("turnpike: "))?.slice("turnpike: ".length);
  if (code === 2 && spoken) return fail("UP_ROLE_REFUSED", { name, why: spoken });
  return fail("UP_ROLE_FAILED", { name, why: spoken ?? (lines.at(-1) || "without a word"), logFile });
}
