import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a run may leave behind, bytes: the live corpus, and what the engine compiles and keeps. */
export const MAX_GROWTH = 48 << 20;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes in use once everything that nobody holds is gone. */
export function heapInUse(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
