/** Top-level keys whose value is not the same. */
export function changedKeys<T extends object>(before: T, after: T): string[] {
  const value = (of: T, key: string) => JSON.stringify((of as Record<string, unknown>)[key]);
  return Object.keys({ ...before, ...after }).filter((key) => value(before, key) !== value(after, key));
}
