import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "./build.ts";
import { command, commandSync } from "./command.ts";

/** A small disk of its own at a folder, which can be filled. */
export interface SmallDisk {
  /** Leaves no byte free. */
  fill(): void;
  free(): void;
}

const PAGE = Buffer.alloc(4096, 1);
const MEBIBYTE = Buffer.alloc(1 << 20, 1);

/** Mounts a file system of so many MiB there until the lab ends. Processes that are to see it are started later. */
export async function mountSmallDisk(lab: Lab, folder: string, mebibytes: number): Promise<SmallDisk> {
  mkdirSync(folder, { recursive: true });
  await command("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m,mode=0700`, "tmpfs", folder]);
  // What still has a file open there must not keep the folder from being removed.
  lab.scope.defer(() => void commandSync("umount", ["-l", folder]));
  const ballast = join(folder, "ballast");
  return {
    fill: () => {
      const file = openSync(ballast, "a");
      try {
        for (const chunk of [MEBIBYTE, PAGE]) writeAll(file, chunk);
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
  };
}

function writeAll(file: number, chunk: Buffer): void {
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
