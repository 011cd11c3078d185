import type { RelayCounters } from "#packet-plane";

/** Adds to `sum`. */
export function addTraffic(sum: RelayCounters, more: Readonly<RelayCounters> | undefined): RelayCounters {
  if (more) for (const key of Object.keys(sum) as (keyof RelayCounters)[]) sum[key] += more[key];
  return sum;
}
