const FIRST_MS = 800;
const MOST_MS = 15_000;

/** Milliseconds before the next try after `failures` in a row (1 or more): doubling, half of it random, at most 15 s. */
export function retryDelay(failures: number, random: () => number): number {
  const full = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round((full * (1 + random())) / 2);
}
