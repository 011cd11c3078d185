/** One TURN server, as far as its place among the others goes. */
export interface Contender {
  readonly id: string;
  readonly state: "reachable" | "unknown" | "failed";
  /** Smoothed; of a reachable one. */
  readonly rttMs: number;
}

/** Nobody takes the place of one before it for less than this, in ms and as a share: equals would change places for ever. */
const MARGIN = { ms: 5, share: 0.2 };

const RANKS = { reachable: 0, unknown: 1, failed: 2 } as const;

/**
 * The ids in order of preference: reachable ones first, nearest first. `before` is the order until now; new ones come
 * behind it.
 */
export function prefer(before: readonly string[], contenders: readonly Contender[]): string[] {
  const place = ({ id }: Contender) => (before.includes(id) ? before.indexOf(id) : before.length);
  const order = [...contenders].sort((a, b) => RANKS[a.state] - RANKS[b.state] || place(a) - place(b));
  const fresh = (one: Contender) => !before.includes(one.id);
  for (let i = 1; i < order.length; i++)
    for (let at = i; at > 0 && overtakes(order[at]!, order[at - 1]!, fresh(order[at]!)); at--)
      [order[at - 1], order[at]] = [order[at]!, order[at - 1]!];
  return order.map(({ id }) => id);
}

function overtakes(one: Contender, other: Contender, fresh: boolean): boolean {
  if (one.state !== "reachable" || other.state !== "reachable") return false;
  const margin = fresh ? 0 : Math.max(MARGIN.ms, other.rttMs * MARGIN.share);
  return one.rttMs < other.rttMs - margin;
}
