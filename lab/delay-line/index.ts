import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { Scope } from "#base";
import { command } from "../command.ts";
import { LabProcess } from "../process.ts";

const SOURCE = join(import.meta.dirname, "delay-line.cc");
const CACHE = join(import.meta.dirname, "../../build/lab");

export interface DelayLineEnd {
  readonly namespace: string;
  readonly device: string;
}

/**
 * Joins two namespaces by a line on which each packet takes `oneWayMs`, and resolves when the two interfaces are there,
 * without addresses yet. It ends with the scope.
 */
export async function delayLine(scope: Scope, oneWayMs: number, a: DelayLineEnd, b: DelayLineEnd): Promise<void> {
  const microseconds = String(Math.round(oneWayMs * 1000));
  const args = [microseconds, a.namespace, a.device, b.namespace, b.device];
  const line = new LabProcess(scope, a.namespace, await compiled(), args);
  await line.line("ready");
}

/** The program, compiled when its source has changed. */
async function compiled(): Promise<string> {
  const hash = createHash("sha256").update(readFileSync(SOURCE)).digest("hex").slice(0, 12);
  const program = join(CACHE, `delay-line-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  await command("g++", ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Werror", "-o", unfinished, SOURCE]);
  renameSync(unfinished, program);
  return program;
}
