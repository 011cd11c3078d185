import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Scope } from "#base";
import type { CaptureOptions } from "./contract.ts";

const run = promisify(execFile);

/** For tests: a folder that goes with the scope. */
export function tempFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), "capture-"));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** All packets, into that folder. */
export function captureOptions(folder: string, options: Partial<CaptureOptions> = {}): CaptureOptions {
  return {
    folder,
    filter: { prefixes: [], ports: [] },
    snaplen: 262_144,
    limits: { fileBytes: 20 << 20, files: 5 },
    ...options,
  };
}

export function capturesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".pcapng"))
    .sort()
    .map((name) => join(folder, name));
}

/** tshark's fields, a row for each packet that the display filter takes, with all checksums checked. */
export async function tshark(file: string, filter: string, fields: readonly string[], ...flags: string[]) {
  const checks = ["ip", "tcp", "udp"].flatMap((protocol) => ["-o", `${protocol}.check_checksum:TRUE`]);
  const args = ["-r", file, "-n", ...checks, ...flags, "-Y", filter, "-T", "fields", "-E", "separator=|"];
  const { stdout } = await decode("tshark", [...args, ...fields.flatMap((field) => ["-e", field])], {
    maxBuffer: 64 << 20,
  });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("|"));
}

async function decode(...call: Parameters<typeof run>): Promise<{ readonly stdout: string }> {
  try {
    return (await run(...call)) as { stdout: string };
  } catch (error) {
    throw new Error(String((error as { stderr?: string }).stderr).slice(0, 500));
  }
}

/** What tshark finds wrong in any packet: malformed, wrong checksums, bytes missing or out of order. */
export function faults(file: string): Promise<string[][]> {
  const wrong = [
    "_ws.malformed",
    "ip.checksum.status == 0",
    "udp.checksum.status == 0",
    "tcp.checksum.status == 0",
    "tcp.analysis.flags",
  ];
  return tshark(file, wrong.join(" || "), ["frame.number", "_ws.col.Info"]);
}
