/** One page of a list that may have thousands of rows. */
export interface Page {
  readonly offset: number;
  readonly size: number;
  readonly total: number;
}

/** "21-40 of 10,000" without words: first and last row, counted from 1. */
export function range({ offset, size, total }: Page): { readonly first: number; readonly last: number } {
  return { first: Math.min(offset + 1, total), last: Math.min(offset + size, total) };
}

export function before({ offset, size }: Page): number | undefined {
  return offset > 0 ? Math.max(0, offset - size) : undefined;
}

export function after({ offset, size, total }: Page): number | undefined {
  return offset + size < total ? offset + size : undefined;
}

/** Where the last row of a shrunken list is: rows may have been deleted meanwhile. */
export function nearest({ offset, size, total }: Page): number {
  if (offset < total || total === 0) return total === 0 ? 0 : offset;
  return Math.floor((total - 1) / size) * size;
}
