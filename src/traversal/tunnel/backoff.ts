/**
 * Milliseconds to wait before the next try: doubling from `first` to `last`, and somewhere in the upper half of that, so
 * that many cores do not come back in step. `random` is 0-1.
 */
export function backoff(failures: number, first: number, last: number, random: number): number {
  const full = Math.min(last, first * 2 ** Math.min(failures, 30));
  return Math.round(full * (0.5 + random / 2));
}
