import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cpuSeconds } from "./proxy-processes.ts";
import { HOST, pidsOf, type Side } from "./proxy-sides.ts";

const WRK = "/usr/bin/wrk";

/** wrk prints times in units that vary; this prints what it has counted, in microseconds and bytes. */
const REPORT = `done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nRESULT {"requests":%d,"us":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end`;

export interface Wrk {
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  readonly closes?: boolean;
}

export interface Measured {
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of all processes of the side. */
  readonly cpuPer10k: number;
  readonly cpuPerGigabyte: number;
  /** Each program's part of `cpuPer10k`. */
  readonly cpuOf: Readonly<Record<string, number>>;
}

/** Loads one side with wrk. Rejects if anything was not answered with 200: a figure with failures in it says nothing. */
export async function runWrk(dir: string, side: Side, { path, connections, seconds, closes }: Wrk): Promise<Measured> {
  const script = join(dir, "report.lua");
  writeFileSync(script, REPORT);
  const args = ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  if (closes) args.push("-H", "Connection: close");
  const before = cpuOf(side);
  const { stdout } = await promisify(execFile)(WRK, [...args, `https://${HOST}:${side.port}${path}`]);
  const after = cpuOf(side);
  const each = Object.keys(after).map((name) => [name, after[name]! - before[name]!] as const);
  const cpu = each.reduce((sum, [, seconds]) => sum + seconds, 0);
  const text = /^RESULT (.*)$/m.exec(stdout)?.[1];
  if (!text) throw new Error(`wrk says: ${stdout}`);
  const { requests, us, bytes, p50, p99, failed } = JSON.parse(text) as Record<string, number>;
  if (failed! > 0 || requests === 0)
    throw new Error(`${side.name}: ${failed} of ${requests} requests for ${path} failed`);
  return {
    perSecond: requests! / (us! / 1e6),
    megabytesPerSecond: bytes! / us!,
    p50Ms: p50! / 1e3,
    p99Ms: p99! / 1e3,
    cpuPer10k: (cpu / requests!) * 1e4,
    cpuPerGigabyte: (cpu / bytes!) * 1e9,
    cpuOf: Object.fromEntries(each.map(([name, seconds]) => [name, (seconds / requests!) * 1e4])),
  };
}

function cpuOf(side: Side): Record<string, number> {
  const own = Object.entries(side.processes).map(([name, { pid }]) => [name, cpuSeconds(pidsOf(side, [pid]))]);
  return Object.fromEntries(own);
}
