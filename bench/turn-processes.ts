import { readdirSync, readFileSync } from "node:fs";
import { treeOf } from "./proxy-processes.ts";

/** CPU time of processes that live and all their threads, in seconds; Linux counts nanoseconds here. */
export function exactCpuSeconds(pids: readonly number[]): number {
  let nanoseconds = 0;
  for (const pid of pids)
    for (const task of tasksOf(pid)) nanoseconds += Number(read(`/proc/${pid}/task/${task}/schedstat`).split(" ")[0]);
  return nanoseconds / 1e9;
}

/** Resident memory (RSS), bytes. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + statusOf(pid, "VmRSS") * 1024, 0);
}

/** Of a process and all its descendants. */
export function threadsOf(root: number): number {
  return treeOf([root]).reduce((sum, pid) => sum + statusOf(pid, "Threads"), 0);
}

function statusOf(pid: number, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function tasksOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** What has ended meanwhile counts nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "0";
  }
}
