import type { RelayCounters } from "#packet-plane";

export function noTraffic(): RelayCounters {
  return {
    sentPackets: 0,
    sentBytes: 0,
    receivedPackets: 0,
    receivedBytes: 0,
    hairpinPackets: 0,
    refusedPackets: 0,
    droppedPackets: 0,
    limitedPackets: 0,
  };
}

/** Adds to `sum`. */
export function addTraffic(sum: RelayCounters, more: Readonly<RelayCounters> | undefined): RelayCounters {
  if (more) for (const key of Object.keys(sum) as (keyof RelayCounters)[]) sum[key] += more[key];
  return sum;
}
