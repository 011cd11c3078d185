import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { compile } from "../../../scripts/native/compile.ts";

const SANITIZERS = {
  threads: "no thread of the plane reads what another one is writing",
  sanitized: "nothing is used after it was freed, nothing is kept, nothing is undefined",
} as const;

for (const [variant, effect] of Object.entries(SANITIZERS) as [keyof typeof SANITIZERS, string][])
  test(`while relays and rules come and go under load, ${effect}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "turnpike-stress-"));
    try {
      const target = join(folder, "stress");
      await compile({ target, sources: ["plane/*.cc", "plane/testing/*.cc"], variant });
      const { status, stdout, stderr } = spawnSync(target, { encoding: "utf8", timeout: 120_000 });
      assert.deepEqual([status, stdout], [0, "holds\n"], stderr);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
