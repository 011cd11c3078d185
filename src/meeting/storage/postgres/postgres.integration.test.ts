import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { Scope } from "#base";
import { openStorage, restoreStorage } from "../index.ts";
import { storageConformance } from "../testing/conformance.ts";
import { TEST_NOUNS } from "../testing/nouns.ts";
import { startTestPostgres } from "../testing/postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "turnpike-storage-"));
const scope = new Scope();
after(async () => {
  await scope.close();
  rmSync(folder, { recursive: true });
});
const server = await startTestPostgres(scope);
let places = 0;

storageConformance("postgres", async () => {
  const options = {
    where: await server.newDatabase(),
    keyFile: join(folder, `${places++}.key`),
    passwordFile: server.passwordFile,
    nouns: TEST_NOUNS,
  };
  return {
    open: (inside) => openStorage(inside, options),
    restore: (file, more) => restoreStorage(options, file, more),
  };
});
