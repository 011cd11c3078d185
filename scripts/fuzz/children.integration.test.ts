import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CHILDREN, runChild } from "./children.ts";

/** Fixed, so that a run of the tests makes the same choices each time. */
const SEED = 20_240_901;
const SECONDS = 6;

for (const [name, program] of Object.entries(CHILDREN))
  test(`${name}: takes what is right, refuses the rest by an Error with a code, and works afterwards`, (t) => {
    const { code, output } = runChild(program, SEED, SECONDS);
    assert.equal(code, 0, output);
    const [calls = 0, refused = 0] = output.match(/\d+/g)!.map(Number);
    assert.ok(calls > 1000 && refused > 100 && calls - refused > 100, output);
    t.diagnostic(output.trim());
  });

test("a process that crashes is a failure, with its seed and what it did last", () => {
  const folder = mkdtempSync(join(tmpdir(), "turnpike-fuzz-"));
  try {
    const program = join(folder, "crash.mjs");
    writeFileSync(
      program,
      `import fs from "node:fs"; fs.writeSync(3, "crash(7)"); process.kill(process.pid, "SIGSEGV");`,
    );
    const { code, output } = runChild(program, 42, 1);
    assert.equal(code, 1);
    assert.match(output, /seed 42: ended by SIGSEGV, after the call crash\(7\)/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
