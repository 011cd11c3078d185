/** One live, authenticated connection. */
export interface Presence {
  readonly fingerprint: string;
  /** The core's instance if it says one, otherwise its source address. */
  readonly who: string;
  readonly peer: string;
  /** When it came, and when it was last heard; µs of one clock. */
  readonly sinceUs: number;
  readonly heardUs: number;
}

export interface Sharing {
  readonly fingerprint: string;
  readonly peers: readonly string[];
}

/**
 * Keys that two cores hold at the same time. A core that was started anew leaves a half-open connection behind for some
 * seconds; the old one counts only if it was heard `graceUs` after the new one came.
 */
export function sharings(presences: readonly Presence[], graceUs: number): Sharing[] {
  const byKey = Map.groupBy(presences, ({ fingerprint }) => fingerprint);
  return [...byKey].flatMap(([fingerprint, all]) => {
    const cores = [...Map.groupBy(all, ({ who }) => who).values()].map((own) => ({
      peers: own.map(({ peer }) => peer),
      sinceUs: Math.min(...own.map(({ sinceUs }) => sinceUs)),
      heardUs: Math.max(...own.map(({ heardUs }) => heardUs)),
    }));
    const together = cores.filter((one) =>
      cores.some(
        (other) => other !== one && one.heardUs > other.sinceUs + graceUs && other.heardUs > one.sinceUs + graceUs,
      ),
    );
    return together.length > 1 ? [{ fingerprint, peers: together.flatMap(({ peers }) => peers) }] : [];
  });
}
