/** The latest values of something measured, oldest first. */
export interface History {
  readonly values: readonly number[];
}

/** Two minutes at one value in 2 s. */
export const HISTORY_LENGTH = 60;

export function remember(history: History | undefined, value: number): History {
  return { values: [...(history?.values ?? []), value].slice(-HISTORY_LENGTH) };
}

/** Histories of many things by key; those that are gone are forgotten. */
export function rememberAll(
  histories: ReadonlyMap<string, History>,
  values: ReadonlyMap<string, number>,
): ReadonlyMap<string, History> {
  return new Map([...values].map(([key, value]) => [key, remember(histories.get(key), value)]));
}

export interface Drawing {
  /** SVG path of the line. */
  readonly line: string;
  /** The same, closed along the bottom. */
  readonly area: string;
}

/**
 * A line that ends at the right edge with the latest value. The scale begins at 0 and reaches at least `least`, so that
 * noise around nothing does not look like traffic.
 */
export function draw(values: readonly number[], width: number, height: number, least = 1): Drawing | undefined {
  if (values.length < 2) return undefined;
  const top = Math.max(least, ...values);
  const step = width / (HISTORY_LENGTH - 1);
  const start = width - (values.length - 1) * step;
  const points = values.map((value, i) => {
    const y = height - 1 - (Math.max(0, value) / top) * (height - 2);
    return `${round(start + i * step)} ${round(y)}`;
  });
  const line = `M${points.join("L")}`;
  return { line, area: `${line}L${round(width)} ${height}L${round(start)} ${height}Z` };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
