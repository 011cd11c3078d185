import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { openStorage, restoreStorage } from "../index.ts";
import { storageConformance } from "../testing/conformance.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
after(() => rmSync(folder, { recursive: true }));
let places = 0;

storageConformance("sqlite", async () => {
  const place = join(folder, `place-${places++}`);
  const options = { where: join(place, "turnpike.db"), keyFile: join(place, "storage.key"), nouns: TEST_NOUNS };
  return {
    open: (scope) => openStorage(scope, options),
    restore: (file, more) => restoreStorage(options, file, more),
  };
});
