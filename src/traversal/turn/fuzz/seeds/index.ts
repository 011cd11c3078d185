import { stepFormat } from "../steps.ts";
import { allocations } from "./allocations.ts";
import type { Seed } from "./build.ts";
import { peers } from "./peers.ts";
import { requests } from "./requests.ts";
import { streams } from "./streams.ts";

export const SEEDS: Readonly<Record<string, Seed>> = { ...allocations, ...peers, ...streams, ...requests };

/** By name, as they stand in testdata/corpus. */
export function seedInputs(): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(SEEDS).map(([name, { steps }]) => [name, stepFormat.join(steps)]));
}
