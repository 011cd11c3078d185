import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scope } from "#base";
import type { Storage } from "./contract.ts";
import { openStorage, type StorageOptions } from "./open.ts";

/** An empty storage in a folder of its own, gone with the scope: for the tests of other parts. */
export function openTestStorage(scope: Scope, options: Partial<StorageOptions> = {}): Promise<Storage> {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
  scope.defer(() => rmSync(folder, { recursive: true }));
  return openStorage(scope, { where: join(folder, "turnpike.db"), keyFile: join(folder, "storage.key"), ...options });
}
