import { statSync } from "node:fs";
import type { Scope } from "#base";

/** How often files are looked at, ms. */
export const LOOK_EVERY_MS = 1000;

/** Changes when a file is written, replaced or removed. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat ? `${stat.mtimeMs} ${stat.size} ${stat.ino}` : "none";
    })
    .join(", ");
}

/** Calls `changed` when one of the files was written, replaced or removed. Looks, since not every file system tells. */
export function watchFiles(
  scope: Scope,
  files: () => readonly string[],
  changed: () => void,
  everyMs: number = LOOK_EVERY_MS,
): { seen(): void } {
  let stamp = stampOf(files());
  scope.every(everyMs, () => {
    const now = stampOf(files());
    if (now === stamp) return;
    stamp = now;
    changed();
  });
  /** What is there now is known: after the files or their names were changed by the caller itself. */
  return {
    seen: () => {
      stamp = stampOf(files());
    },
  };
}
