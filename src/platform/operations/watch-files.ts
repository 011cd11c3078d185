import { statSync } from "node:fs";
import type { Scope } from "#base";

/** How often files are looked at, ms. */
const LOOK_EVERY = 1000;

/** Calls `onChange` when one of the files was written, replaced or removed. `again` makes the next look call it once more. */
export function watchFiles(scope: Scope, files: () => readonly string[], onChange: () => void): { again(): void } {
  let seen = stampOf(files());
  scope.every(LOOK_EVERY, () => {
    const stamp = stampOf(files());
    if (stamp === seen) return;
    seen = stamp;
    onChange();
  });
  return {
    again: () => {
      seen = "";
    },
  };
}

function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${file} ${stat.mtimeMs} ${stat.size} ${stat.ino}` : `${file} none`;
    })
    .join(", ");
}

/** Top-level keys whose value is not the same. */
export function changedKeys<T extends object>(before: T, after: T): string[] {
  const value = (of: T, key: string) => JSON.stringify((of as Record<string, unknown>)[key]);
  return Object.keys({ ...before, ...after }).filter((key) => value(before, key) !== value(after, key));
}
