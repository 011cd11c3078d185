/** One of several that take turns. */
export interface Weighted {
  readonly weight: number;
  /** What it is owed; changed by each choice. */
  credit: number;
}

/** Of the weights' sum, what a weight of zero counts when others have more: RFC 2782 wants it chosen very seldom. */
const ZERO_SHARE = 0.01;

/**
 * The next in turn, each as often as its weight says, spread out evenly (smooth weighted round robin). With equal weights
 * they simply take turns. Undefined if there is none.
 */
export function choose<T extends Weighted>(candidates: readonly T[]): T | undefined {
  const sum = candidates.reduce((total, { weight }) => total + weight, 0);
  let best: T | undefined;
  let total = 0;
  for (const one of candidates) {
    const share = sum === 0 ? 1 : one.weight || sum * ZERO_SHARE;
    one.credit += share;
    total += share;
    if (!best || one.credit > best.credit) best = one;
  }
  if (best) best.credit -= total;
  return best;
}
